import { type Page } from "@playwright/test";
import { deviceOf, found, go, synced } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

const FILE = [
  "客戶名稱,等級,業務區域,標籤,聯絡人",
  "甲貿易,A,北區,展會,陳一",
  "乙貿易,A,南區,展會;急,陳二",
  "丙貿易,B,南區,,林三",
].join("\n");

/** A device with three customers on it. */
async function three(world: Parameters<typeof deviceOf>[0], size: "phone" | "desktop"): Promise<Page> {
  const { page } = await deviceOf(world, "li", { size });
  await go(page, "/import");
  const file = { name: "three.csv", mimeType: "text/csv", buffer: Buffer.from(FILE) };
  await page.getByTestId("import-input").setInputFiles(file);
  await page.getByTestId("import-run").click();
  await expect(page.getByTestId("import-finished")).toBeVisible();
  await synced(page);
  await go(page, "/customers");
  await expect(page.getByTestId("customer-row")).toHaveCount(3);
  return page;
}

test.beforeEach(async ({ world }) => found(world));

test("the list is narrowed down, and its address keeps the view", async ({ world }) => {
  const page = await three(world, "phone");
  const rows = page.getByTestId("customer-row");
  await page.getByTestId("customers-filter").click();
  await page.getByTestId("field-filter-level").selectOption("A");
  await page.getByTestId("field-filter-region").selectOption("南區");
  await page.getByTestId("filter-show").click();
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("乙貿易");
  await expect(page).toHaveURL(/level=A/);
  await page.reload();
  await expect(rows).toHaveCount(1);
  await rows.click();
  await page.getByTestId("back").filter({ visible: true }).click();
  await expect(rows).toHaveCount(1);
  await page.getByTestId("filter-chip").first().click();
  await page.getByTestId("filter-chip").first().click();
  await expect(rows).toHaveCount(3);
});

test("who was not contacted is found, and a contact takes them out", async ({ world }) => {
  const page = await three(world, "phone");
  const rows = page.getByTestId("customer-row");
  await go(page, "/customers?silent=7");
  await expect(rows).toHaveCount(3);
  await rows.filter({ hasText: "丙貿易" }).click();
  await page.getByTestId("record-contact").click();
  await page.getByTestId("save").click();
  await expect(page.getByTestId("customer")).toBeVisible();
  await go(page, "/customers?silent=7");
  await expect(rows).toHaveCount(2);
});

test("a search finds the company by the people there", async ({ world }) => {
  const page = await three(world, "phone");
  await page.getByTestId("customers-search").fill("林三");
  await expect(page.getByTestId("customer-row")).toHaveCount(1);
  await expect(page.getByTestId("customer-row")).toContainText("丙貿易");
});

test("several customers get a tag or go to the recycle bin at once, and come back from there", async ({ world }) => {
  const page = await three(world, "desktop");
  const rows = page.getByTestId("customer-row");
  await page.getByTestId("customers-choose").click();
  await rows.nth(0).click();
  await rows.nth(1).click();
  await expect(page.getByTestId("bulk-count")).toContainText("2");
  await page.getByTestId("bulk-tag").click();
  await page.getByTestId("field-bulk-tag").fill("年節送禮");
  await page.getByTestId("tag-yes").click();
  await expect(page.getByTestId("bulk")).toHaveCount(0);
  await go(page, `/customers?tag=${encodeURIComponent("年節送禮")}`);
  await expect(rows).toHaveCount(2);

  await go(page, "/customers");
  await page.getByTestId("customers-choose").click();
  await page.getByTestId("bulk-all").click();
  await page.getByTestId("bulk-delete").click();
  await page.getByTestId("confirm-yes").click();
  await expect(rows).toHaveCount(0);
  await page.getByTestId("customers-bin").click();
  await expect(page.getByTestId("binned")).toHaveCount(3);
  await page.getByTestId("bin-restore").first().click();
  await expect(page.getByTestId("binned")).toHaveCount(2);
});

test("the list is worked with the keyboard, and what is composed is left alone", async ({ world }) => {
  const page = await three(world, "desktop");
  await page.getByTestId("customers-count").click();
  await page.keyboard.press("?");
  await expect(page.getByTestId("keys-dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(page.getByTestId("bulk-count")).toContainText("1");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("bulk")).toHaveCount(0);
  await page.evaluate(() => {
    const composing = new KeyboardEvent("keydown", { key: "n", keyCode: 229, bubbles: true });
    document.body.dispatchEvent(composing);
  });
  await expect(page).toHaveURL(/\/customers$/);
  await page.keyboard.press("/");
  await expect(page.getByTestId("customers-search")).toBeFocused();
  await page.keyboard.type("n");
  await expect(page.getByTestId("customers-search")).toHaveValue("n");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("n");
  await expect(page.getByTestId("customer-new")).toBeVisible();
});
