import { deviceOf, enterCustomer, found, go, heldBack, synced } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

test("whoever leaves is out, what they had goes to a colleague, and what they had not sent is reviewed", async ({ world }) => {
  await found(world);
  const { page: theirs } = await deviceOf(world, "li", { size: "phone" });
  await enterCustomer(theirs, "交接的客戶");
  await synced(theirs);
  await heldBack(theirs);
  await enterCustomer(theirs, "還沒送出的客戶");

  const { page } = await deviceOf(world, "wang");
  await go(page, "/people");
  await page.getByTestId("person-row").filter({ hasText: "李佳蓉" }).click();
  await page.getByTestId("person-handover").click();
  await expect(page.getByTestId("handover-counts")).toContainText("客戶");
  await page.getByTestId("field-to").selectOption({ label: "陳文傑" });
  await page.getByTestId("field-reason").fill("離職");
  await page.getByTestId("handover-freeze").check();
  await page.getByTestId("handover-preview").click();
  await expect(page.getByTestId("handover-share")).toContainText("陳文傑");
  await page.getByTestId("handover-start").click();
  await page.getByTestId("confirm-yes").filter({ visible: true }).click();
  await expect(page.getByTestId("handover-state")).toHaveText("已完成");
  await expect(page.getByTestId("handover-moved")).toHaveText("客戶 1");

  // Their phone hands over what it had not sent, and wipes itself.
  await expect(theirs.getByTestId("access-ended")).toContainText("還沒送出的 1 筆已交給管理員審閱", { timeout: 45_000 });
  const databases = await theirs.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  expect(databases.filter((name) => name?.startsWith("changke/"))).toEqual([]);
  await go(page, "/people/quarantine");
  await expect(page.getByTestId("held-title")).toHaveText("新客戶：還沒送出的客戶");
  await go(page, "/customers");
  await expect(page.getByTestId("customer-row").filter({ hasText: "交接的客戶" })).toContainText("陳文傑");
});
