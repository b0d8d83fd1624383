import { deviceOf, found, go, synced } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

const FILE = "客戶名稱,等級\n甲貿易,A\n乙貿易,B\n";

test("a view that was kept and shared offline is there for a colleague, who asks for it by a tap and changes only his own", async ({ world }) => {
  const { page } = await deviceOf(world, "wang", { size: "phone" });
  await go(page, "/import");
  const file = { name: "two.csv", mimeType: "text/csv", buffer: Buffer.from(FILE) };
  await page.getByTestId("import-input").setInputFiles(file);
  await page.getByTestId("import-run").click();
  await expect(page.getByTestId("import-finished")).toBeVisible();
  await synced(page);
  await world.server.kill();
  await go(page, "/customers?level=A");
  const rows = page.getByTestId("customer-row");
  await expect(rows).toHaveCount(1);
  await page.getByTestId("view-add").click();
  await page.getByTestId("view-save").click();
  await expect(page.getByTestId("error-view-name")).toContainText("請填寫這一欄");
  await page.getByTestId("field-view-name").fill("大客戶");
  await page.getByTestId("field-view-audience").selectOption({ label: "全公司" });
  await page.getByTestId("view-save").click();
  const view = page.getByTestId("view");
  await expect(view).toHaveAttribute("aria-pressed", "true");
  // A second tap asks for everything again.
  await view.click();
  await expect(rows).toHaveCount(2);
  await world.server.start();
  await synced(page);

  // An assistant sees every customer.
  const { page: lin } = await deviceOf(world, "lin", { size: "desktop" });
  await go(lin, "/customers");
  await expect(lin.getByTestId("customer-row")).toHaveCount(2);
  await lin.getByTestId("view").filter({ hasText: "大客戶" }).click();
  await expect(lin.getByTestId("customer-row")).toHaveCount(1);
  await expect(lin.getByTestId("view-edit")).toHaveCount(0);
  await go(lin, "/customers?level=B");
  await lin.getByTestId("view-add").click();
  await lin.getByTestId("field-view-name").fill("小客戶");
  await expect(lin.getByTestId("field-view-audience")).not.toContainText("全公司");
  await lin.getByTestId("view-save").click();
  await expect(lin.getByTestId("view")).toHaveCount(2);
  await lin.getByTestId("view-edit").click();
  await lin.getByTestId("field-view-name").fill("乙級");
  await lin.getByTestId("view-save").click();
  await expect(lin.getByTestId("view").filter({ hasText: "乙級" })).toHaveAttribute("aria-pressed", "true");
  await lin.getByTestId("view-edit").click();
  await lin.getByTestId("view-delete").click();
  await expect(lin.getByTestId("view")).toHaveCount(1);
  await synced(lin);
});
