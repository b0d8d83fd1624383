import { deviceOf, enterCustomer, found, go, synced } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

test.beforeEach(({ world }) => found(world));

test("with no network a next action is given to a colleague, who then sees the customer and finishes it", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone" });
  await world.server.kill();
  const customer = await enterCustomer(page, "要一起跟的客戶");
  await go(page, `${customer}/next-action`);
  await page.getByTestId("field-what").fill("送樣品");
  await page.getByTestId("due-today").click();
  await page.getByTestId("field-assignee").selectOption({ label: "林小姐" });
  // An assistant sees every customer.
  await expect(page.getByTestId("assignee-share")).toHaveCount(0);
  await page.getByTestId("field-assignee").selectOption({ label: "陳文傑" });
  await expect(page.getByTestId("assignee-share")).toBeChecked();
  await page.getByTestId("save").click();
  await expect(page.getByTestId("collaborator")).toContainText("陳文傑只看");

  // Said better before it is seen.
  await page.getByTestId("action-open").click();
  await page.getByTestId("field-what").fill("送樣品和目錄");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("next-action")).toContainText("送樣品和目錄");
  await world.server.start();
  await synced(page);

  const { page: theirs } = await deviceOf(world, "chen", { size: "phone" });
  await expect(theirs.getByTestId("today-due")).toContainText("送樣品和目錄");
  await theirs.getByTestId("action-done").click();
  await synced(theirs);
  await expect(page.getByTestId("actions-done")).toBeVisible();

  // No longer shared, it leaves the colleague's device.
  await page.getByTestId("collaborator-remove").click();
  await expect(page.getByTestId("collaborator")).toHaveCount(0);
  await go(theirs, "/customers");
  await expect(theirs.getByTestId("customer-row")).toHaveCount(0, { timeout: 45_000 });
});

test("a customer is shared up to a day, and handed to another owner", async ({ world }) => {
  const { page } = await deviceOf(world, "wang");
  const customer = await enterCustomer(page, "要換人的客戶");
  await page.getByTestId("collaborator-add").click();
  const dialog = page.getByTestId("collaborator-dialog");
  await page.getByTestId("field-until").fill("2020-01-01");
  await page.getByTestId("collaborator-yes").click();
  await expect(dialog).toContainText("請填寫這一欄");
  await page.getByTestId("field-person").selectOption({ label: "李佳蓉" });
  await page.getByTestId("collaborator-write").check();
  await page.getByTestId("field-until").fill("2099-12-31");
  await page.getByTestId("collaborator-yes").click();
  await expect(page.getByTestId("collaborator")).toContainText("李佳蓉看和改 · 到2099");

  await page.getByTestId("customer-menu").click();
  await page.getByTestId("customer-assign").click();
  await page.getByTestId("field-assign-owner").selectOption({ label: "陳文傑" });
  await page.getByTestId("assign-yes").click();
  await expect(page.getByTestId("customer-owner")).toHaveText("陳文傑");
  await page.getByTestId("toast-undo").click();
  await expect(page.getByTestId("customer-owner")).toHaveText("王經理");

  await go(page, `${customer}/next-action`);
  await page.getByTestId("field-what").fill("不用了");
  await page.getByTestId("due-tomorrow").click();
  await page.getByTestId("save").click();
  await page.getByTestId("action-open").click();
  await page.getByTestId("next-action-delete").click();
  await page.getByTestId("confirm-yes").click();
  await expect(page.getByTestId("customer")).toBeVisible();
  await expect(page.getByTestId("next-action")).toHaveCount(0);
  await page.getByTestId("toast-undo").click();
  await expect(page.getByTestId("next-action")).toContainText("不用了");
});
