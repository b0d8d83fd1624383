import { readFileSync } from "node:fs";
import { join } from "node:path";
import { change, deviceOf, enterCustomer, find, found, go, synced } from "../support/company.ts";
import { expect, test } from "../support/world.ts";
import type { Page } from "@playwright/test";

test.beforeEach(async ({ world }) => found(world));

const data = (name: string) => join(import.meta.dirname, "../data", name);

/** Chooses a file on the import page and waits for its piles. */
async function choose(page: Page, file: string | { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
  await go(page, "/import");
  await page.getByTestId("import-input").setInputFiles(file);
  await expect(page.getByTestId("import-run")).toBeEnabled();
}

async function run(page: Page): Promise<void> {
  await page.getByTestId("import-run").click();
  await expect(page.getByTestId("import-finished")).toBeVisible({ timeout: 60_000 });
}

const csv = (text: string) => ({ name: "rows.csv", mimeType: "text/csv", buffer: Buffer.from(text) });

test("a workbook goes in with the server killed, and every row reaches a second device", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone" });
  await world.server.kill();
  await choose(page, data("northwind-suppliers.xlsx"));
  await expect(page.getByTestId("import-pile-new")).toContainText("29");
  await run(page);
  await expect(page.getByTestId("import-left-out")).toHaveCount(0);
  await world.server.start();
  await synced(page);
  const second = await deviceOf(world, "li");
  await go(second.page, "/customers");
  await expect(second.page.getByTestId("customers-count")).toContainText("29");
  await (await find(second.page, "exotic liquids")).first().click();
  for (const text of ["Charlotte Cooper", "(171) 555-2222"]) await expect(second.page.getByTestId("customer")).toContainText(text);
});

test("a Big5 file falls into four piles; what stays out comes back with its reason and goes in corrected", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await enterCustomer(page, "遠東機電股份有限公司");
  await enterCustomer(page, "鼎盛五金");
  await choose(page, data("customers-big5.csv"));
  await expect(page.getByTestId("field-encoding")).toHaveValue("Big5");
  await expect(page.getByTestId("import-pile-update")).toContainText("遠東機電股份有限公司");
  await expect(page.getByTestId("import-pile-suspected")).toHaveCount(0);
  await expect(page.getByTestId("import-pile-new")).toContainText("鼎盛五金行");
  await expect(page.getByTestId("import-pile-faulty")).toContainText("電話寫錯的公司");
  await run(page);

  const downloading = page.waitForEvent("download");
  await page.getByTestId("import-download").click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("customers-big5-未匯入.csv");
  const left = readFileSync(await download.path(), "utf8");
  expect(left).toMatch(/^\uFEFF未匯入原因,客戶名稱/);
  expect(left).toContain("電話寫錯的公司,沒有電話");
  await choose(page, csv(left.replace("沒有電話", "04-2345-6789")));
  await run(page);
  await expect(page.getByTestId("import-left-out")).toHaveCount(0);
  await (await find(page, "遠東機電")).first().click();
  for (const text of ["02-2712-3456", "林先生", "張小姐"]) await expect(page.getByTestId("customer")).toContainText(text);
  await expect(await find(page, "電話寫錯的公司")).toHaveCount(1);
});

test("a whole import is undone, updates included; what somebody changed since stays and is named", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  const known = await enterCustomer(page, "鼎盛五金");
  await change(page, known, "address", "高雄市三民區");
  await choose(page, csv("客戶名稱,地址,聯絡人\n鼎盛五金,台南市,陳小姐\n新客戶甲,,\n新客戶乙,,林先生\n"));
  await run(page);
  await go(page, known);
  await expect(page.getByTestId("customer")).toContainText("台南市");
  await (await find(page, "新客戶甲")).first().click();
  await expect(page.getByTestId("customer")).toContainText("新客戶甲");
  await change(page, new URL(page.url()).pathname, "level", "A");

  await go(page, "/import");
  await page.getByTestId("import-undo").click();
  await page.getByTestId("confirm-yes").click();
  await expect(page.getByTestId("import-undone")).toBeVisible();
  await expect(page.getByTestId("import-stay")).toHaveText("新客戶甲");
  await synced(page);
  await expect(await find(page, "新客戶乙")).toHaveCount(0);
  await expect(await find(page, "新客戶甲")).toHaveCount(1);
  await go(page, known);
  await expect(page.getByTestId("customer")).toContainText("高雄市三民區");
  await expect(page.getByTestId("customer")).not.toContainText("陳小姐");
});

test("columns are remembered, and contact cards go in", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone" });
  await choose(page, csv("客戶名稱,分機\n鼎盛五金,02-2712-3456\n"));
  await page.getByTestId("import-target").nth(1).selectOption("phone");
  await expect(page.getByTestId("import-pile-new")).toContainText("02-2712-3456");
  await run(page);
  await choose(page, csv("客戶名稱,分機\n永信貿易,04-2345-6789\n"));
  await expect(page.getByTestId("import-target").nth(1)).toHaveValue("phone");

  const card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:陳大文\r\nORG:宏遠精密\r\nTITLE:採購\r\nTEL;TYPE=CELL:0912-345-678\r\nEND:VCARD\r\n";
  await choose(page, { name: "chen.vcf", mimeType: "text/vcard", buffer: Buffer.from(card) });
  await run(page);
  await (await find(page, "宏遠")).first().click();
  for (const text of ["陳大文", "0912-345-678"]) await expect(page.getByTestId("customer")).toContainText(text);
});

test("customers are exported with no network: nothing is computed, no zero is lost, and the journal knows", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await choose(page, csv("客戶名稱,電話,備註,聯絡人\n鼎盛五金,0912345678,=1+1,陳小姐\n"));
  await run(page);
  await synced(page);
  await world.server.kill();
  await go(page, "/export");
  await page.getByTestId("export-csv").click();
  const downloading = page.waitForEvent("download");
  await page.getByTestId("export-run").click();
  const written = readFileSync(await (await downloading).path(), "utf8");
  expect(written).toMatch(/^\uFEFF/);
  for (const cell of ["鼎盛五金", "0912345678", "'=1+1", "陳小姐"]) expect(written).toContain(cell);
  await go(page, "/outbox");
  await expect(page.getByTestId("outbox")).toContainText("匯出 1 列資料");
  await world.server.start();
  await synced(page);
  // What was taken out is known here already, whatever Excel made of it.
  await choose(page, csv(written));
  await expect(page.getByTestId("import-pile-update")).toContainText("沒有要更新的欄位");
});
