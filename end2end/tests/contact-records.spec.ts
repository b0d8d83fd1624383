import { deviceOf, enterCustomer, found, go, synced } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

test("a contact record is mended and taken back with no network, and says who changed it last", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone" });
  const customer = await enterCustomer(page, "永信貿易");
  await synced(page);
  await world.server.kill();
  await go(page, `${customer}/record`);
  await page.getByTestId("field-text").fill("報價太高");
  await page.getByTestId("save").click();
  const record = page.getByTestId("contact-record");
  await expect(record).toContainText("報價太高");

  await record.getByTestId("record-open").click();
  const form = page.getByTestId("record-edit-page");
  await expect(form.getByTestId("field-what")).toHaveCount(0);
  await form.getByTestId("field-text").fill("報價可以，下週下單");
  await form.getByTestId("field-minutes").fill("20");
  await form.getByTestId("save").click();
  await expect(record).toContainText("報價可以，下週下單");
  await expect(record).toContainText("20 分鐘");
  await expect(record).toContainText("李佳蓉最後修改於");

  await record.getByTestId("record-open").click();
  await expect(form.getByTestId("last-change")).toContainText(/李佳蓉建立於.* · 李佳蓉最後修改於/);
  await form.getByTestId("record-delete").click();
  await page.getByTestId("confirm-yes").click();
  await expect(record).toHaveCount(0);
  await page.getByTestId("toast-undo").click();
  await expect(record).toContainText("報價可以，下週下單");
  await world.server.start();
  await synced(page);
});
