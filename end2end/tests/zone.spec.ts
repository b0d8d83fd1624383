import { deviceOf, enterCustomer, found } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

/** A moment as a field for date and time shows it in Taipei. */
function inTaipei(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16);
}

test("far from home, times are shown and written as the company's clocks have them", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone", zone: "America/New_York" });
  await enterCustomer(page, "遠東機電行");
  await page.getByTestId("record-contact").click();
  const field = page.getByTestId("field-happened_at");
  const offered = await field.inputValue();
  expect([inTaipei(Date.now() - 60_000), inTaipei(Date.now())]).toContain(offered);

  const yesterday = inTaipei(Date.now() - 24 * 3_600_000).slice(0, 10);
  await field.fill(`${yesterday}T12:00`);
  await page.getByTestId("save").click();
  await expect(page.getByTestId("last-contact")).toContainText("昨天 12:00");
});
