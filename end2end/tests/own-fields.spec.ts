import type { Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { deviceOf, find, found, go, synced } from "../support/company.ts";
import { define, type Definition } from "../support/demo.ts";
import { expect, test } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

const FIELDS: Definition[] = [
  { label: "車型", shape: "choice", choices: ["十輪", "聯結車"], marks: ["required", "listed"] },
  { label: "坪數", shape: "number" },
  { label: "合約到期", shape: "date" },
  { label: "證照", shape: "several", choices: ["ISO 9001", "危險品"] },
  { label: "有倉庫", shape: "flag" },
];

/** An administrator's device on which fields have been defined, with the network or without. */
async function administrator(page: Page): Promise<void> {
  await go(page, "/settings");
  await page.getByTestId("settings-own-fields").click();
  for (const field of FIELDS) await define(page, field);
}

test("fields that were defined offline are in a colleague's form, page, list, search and filter, offline too", async ({ world }) => {
  const { page } = await deviceOf(world, "wang", { size: "phone" });
  // The device knows its person as an administrator only once people have come to it.
  await go(page, "/settings");
  await expect(page.getByTestId("settings-own-fields")).toBeVisible();
  await world.server.kill();
  await administrator(page);
  await page.reload();
  await expect(page.getByTestId("own-field-row")).toHaveCount(FIELDS.length);
  // The last one goes up by one.
  await page.getByTestId("own-field-row").last().getByTestId("own-field-up").click();
  await expect(page.getByTestId("own-field-row").nth(3)).toContainText("有倉庫");
  await world.server.start();
  await synced(page);

  const { page: rep } = await deviceOf(world, "li", { size: "phone" });
  await world.server.kill();
  await go(rep, "/customers/new");
  await rep.getByTestId("field-name").fill("大順貨運");
  await rep.getByLabel("坪數").fill("很大");
  await rep.getByTestId("save").click();
  const group = rep.getByTestId("group-own");
  await expect(group).toContainText("請填寫這一欄");
  await expect(group).toContainText("請填數字");
  await rep.getByLabel("車型").selectOption("聯結車");
  await rep.getByLabel("坪數").fill("1250.5");
  await rep.getByLabel("合約到期").fill("2027-03-31");
  await rep.getByLabel("危險品").check();
  await rep.getByLabel("有倉庫").selectOption("1");
  // A half-filled form comes back with all of it.
  await rep.waitForTimeout(600);
  await rep.reload();
  await expect(rep.getByTestId("draft-restored")).toBeVisible();
  await expect(rep.getByLabel("坪數")).toHaveValue("1250.5");
  await expect(rep.getByLabel("危險品")).toBeChecked();
  await rep.getByTestId("save").click();
  for (const words of ["聯結車", "1,250.5", "2027", "危險品", "是"]) {
    await expect(rep.getByTestId("customer-own").filter({ hasText: words }).first()).toBeVisible();
  }
  const row = await find(rep, "危險");
  await expect(row).toContainText("聯結車");
  await rep.getByTestId("customers-search").fill("");
  await rep.getByTestId("customers-filter").click();
  await rep.getByLabel("坪數（從）").fill("2000");
  await rep.getByTestId("filter-show").click();
  await expect(rep.getByTestId("filter-chip")).toContainText("2,000");
  await expect(rep.getByTestId("customer-row").filter({ visible: true })).toHaveCount(0);
  await rep.getByTestId("filter-chip").click();
  await rep.getByTestId("customers-filter").click();
  await rep.getByLabel("證照").selectOption("危險品");
  await rep.getByTestId("filter-show").click();
  await expect(rep.getByTestId("customer-row")).toHaveCount(1);
  await world.server.start();
  await synced(rep);
});

test("a retired field leaves the form and keeps its values; import and export know the others", async ({ world }) => {
  const { page } = await deviceOf(world, "wang");
  await administrator(page);
  await go(page, "/import");
  const csv = "客戶名稱,車型,證照,有倉庫\n大順貨運,十輪,ISO 9001、危險品,是\n順大貨運,飛機,,\n";
  await page.getByTestId("import-input").setInputFiles({ name: "cars.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await expect(page.getByTestId("import-pile-faulty")).toContainText("車型");
  await page.getByTestId("import-run").click();
  await expect(page.getByTestId("import-finished")).toBeVisible();
  await (await find(page, "大順")).first().click();
  await expect(page.getByTestId("customer-own").filter({ hasText: "ISO 9001" })).toContainText("危險品");

  await go(page, "/export");
  await page.getByTestId("export-csv").click();
  const downloading = page.waitForEvent("download");
  await page.getByTestId("export-run").click();
  const written = readFileSync(await (await downloading).path(), "utf8");
  for (const cell of ["車型", "十輪", "ISO 9001、危險品", "是"]) expect(written).toContain(cell);

  await go(page, "/own-fields");
  await page.getByTestId("own-field-open").filter({ hasText: "證照" }).click();
  await page.getByTestId("own-field-retire").click();
  await page.getByTestId("confirm-yes").click();
  await expect(page.getByTestId("own-field-row").filter({ hasText: "證照" })).toContainText("已停用");
  await (await find(page, "大順")).first().click();
  await expect(page.getByTestId("customer-own").filter({ hasText: "ISO 9001" })).toHaveCount(0);
  await page.getByTestId("customer-edit-link").click();
  await page.getByTestId("field-short_name").fill("大順");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("customer-short-name")).toHaveText("大順");
  await go(page, "/own-fields");
  await page.getByTestId("own-field-open").filter({ hasText: "證照" }).click();
  await page.getByTestId("own-field-retire").click();
  await (await find(page, "大順")).first().click();
  await expect(page.getByTestId("customer-own").filter({ hasText: "ISO 9001" })).toBeVisible();
  await synced(page);
});

test("whoever is no administrator reads the fields and changes none", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await go(page, "/own-fields");
  await expect(page.getByTestId("own-fields-read-only")).toBeVisible();
  await expect(page.getByTestId("own-field-new")).toHaveCount(0);
});
