import { deviceOf, enterCustomer, found, go, synced } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

test("a rep's day with no network: who was never contacted is there, and each list empties as it is worked through", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone" });
  await world.server.kill();
  await enterCustomer(page, "從未聯系過的客戶");
  await go(page, "/");
  const silent = page.getByTestId("today-silent");
  await expect(silent.getByTestId("waiting-customer")).toHaveCount(1);
  await expect(silent).toContainText("從未聯系過的客戶");
  await expect(silent).toContainText("還沒聯系過");

  // Written down, the customer is silent no longer, but nobody has planned what comes next.
  await silent.getByTestId("waiting-record").click();
  await page.getByTestId("field-text").fill("打過招呼");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("customer")).toBeVisible();
  await go(page, "/");
  const unplanned = page.getByTestId("today-unplanned");
  await expect(unplanned).toContainText("從未聯系過的客戶");
  await expect(page.getByTestId("today-silent")).toHaveCount(0);

  await unplanned.getByTestId("waiting-plan").click();
  await page.getByTestId("field-what").fill("送樣品");
  await page.getByTestId("due-tomorrow").click();
  await page.getByTestId("save").click();
  await expect(page.getByTestId("customer")).toBeVisible();
  await go(page, "/");
  await expect(page.getByTestId("today-tomorrow")).toContainText("從未聯系過的客戶");
  await expect(page.getByTestId("today-unplanned")).toHaveCount(0);

  // Postponed and done in place.
  await page.getByTestId("action-postpone").click();
  await page.getByTestId("postpone-next-week").click();
  await expect(page.getByTestId("today-tomorrow")).toHaveCount(0);
  await world.server.start();
  await synced(page);
  const second = await deviceOf(world, "li");
  await go(second.page, "/");
  await expect(second.page.getByTestId("today-empty")).toBeVisible();
  await expect(second.page.getByTestId("waiting-customer")).toHaveCount(0);
});

test("an administrator sets after how many days a customer counts as silent", async ({ world }) => {
  const { page } = await deviceOf(world, "wang");
  await go(page, "/settings");
  const form = page.getByTestId("silent-after");
  await form.getByTestId("field-otherwise").fill("0");
  await page.getByTestId("silent-after-save").click();
  await expect(form).toContainText("1 到 3,650");
  await form.getByTestId("field-otherwise").fill("45");
  await page.getByTestId("silent-after-save").click();
  await synced(page);
  await page.reload();
  await expect(form.getByTestId("field-otherwise")).toHaveValue("45");
  await expect(page.getByTestId("sync-pill").filter({ visible: true }).first()).toHaveAttribute("data-state", "synced");
});
