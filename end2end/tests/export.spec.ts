import { readFileSync } from "node:fs";
import { deviceOf, found, go, synced } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

const FILE = "客戶名稱,等級,聯絡人,聯絡人電話\n甲貿易,A,陳一,0912-345-678\n乙貿易,B,林二,\n";

test("what the list was narrowed down to goes out with its contacts, and a binned customer by the bin", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await go(page, "/import");
  const file = { name: "two.csv", mimeType: "text/csv", buffer: Buffer.from(FILE) };
  await page.getByTestId("import-input").setInputFiles(file);
  await page.getByTestId("import-run").click();
  await expect(page.getByTestId("import-finished")).toBeVisible();
  await synced(page);
  await world.server.kill();
  await go(page, "/customers?level=A");
  await expect(page.getByTestId("customer-row")).toHaveCount(1);
  await page.getByTestId("customers-export").click();
  await expect(page.getByTestId("export-narrowed")).toContainText("1 位客戶");
  const written = async () => {
    const downloading = page.waitForEvent("download");
    await page.getByTestId("export-run").click();
    return readFileSync(await (await downloading).path(), "utf8");
  };
  await page.getByTestId("export-csv").click();
  await page.getByTestId("field-list").selectOption("contacts");
  await expect(page.getByTestId("export-run")).toContainText("1 筆");
  const contacts = await written();
  for (const cell of ["客戶,姓名", "甲貿易,陳一", "0912-345-678", "建立人", "李佳蓉"]) expect(contacts).toContain(cell);
  expect(contacts).not.toContain("林二");

  await page.getByTestId("export-xlsx").click();
  await page.getByTestId("field-list").selectOption("people");
  await expect(page.getByTestId("export-narrowed")).toHaveCount(0);
  await expect(page.getByTestId("export-run")).toContainText("4 筆");
  expect(await written()).toMatch(/^PK/);

  await go(page, "/customers");
  await page.getByTestId("customer-row").filter({ hasText: "乙貿易" }).click();
  await page.getByTestId("customer-menu").click();
  await page.getByTestId("customer-delete").click();
  await page.getByTestId("confirm-yes").click();
  await go(page, "/export?list=bin");
  await page.getByTestId("export-csv").click();
  await expect(page.getByTestId("export-run")).toContainText("1 筆");
  const binned = await written();
  for (const cell of ["刪除時間", "乙貿易"]) expect(binned).toContain(cell);
  await world.server.start();
  await synced(page);
});
