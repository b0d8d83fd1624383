import type { Page } from "@playwright/test";
import { found, PASSWORD, pill } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

/** Goes on with the Tab key until something has the focus. */
async function tabTo(page: Page, testid: string): Promise<void> {
  await expect(page.getByTestId(testid).filter({ visible: true }).first()).toBeVisible();
  const focused = () => page.evaluate(() => document.activeElement?.closest("[data-testid]")?.getAttribute("data-testid"));
  for (let presses = 0; presses < 80; presses += 1) {
    if ((await focused()) === testid) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the Tab key does not reach ${testid}`);
}

/** Goes somewhere by the palette. */
async function goTo(page: Page, words: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await expect(page.getByTestId("palette-search")).toBeFocused();
  await page.keyboard.type(words);
  await expect(page.getByTestId("palette-goal").first()).toContainText(words);
  await page.keyboard.press("Enter");
}

test("a morning's work on the desktop needs no mouse", async ({ world }) => {
  const page = await world.device().open();
  await tabTo(page, "field-sign_in");
  await page.keyboard.type("li");
  await tabTo(page, "field-password");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(pill(page)).toBeVisible();

  await goTo(page, "新客戶");
  await tabTo(page, "field-name");
  await page.keyboard.type("遠東機電行");
  await tabTo(page, "field-contact_name");
  await page.keyboard.type("林小姐");
  await tabTo(page, "save");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("customer")).toContainText("林小姐");

  await goTo(page, "記錄聯系");
  await tabTo(page, "channel-phone");
  await page.keyboard.press("ArrowRight");
  await tabTo(page, "field-text");
  await page.keyboard.type("要求月底前給含稅價");
  await tabTo(page, "field-what");
  await page.keyboard.type("送報價");
  await tabTo(page, "due-tomorrow");
  await page.keyboard.press("Space");
  await tabTo(page, "save");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("timeline")).toContainText("要求月底前給含稅價");

  // Put off by the menu, of which the first line is the same day of the next week, finished, and brought back from the note.
  await tabTo(page, "action-postpone");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("postpone-next-week")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("toasts")).toContainText("已延到");
  await tabTo(page, "action-done");
  await page.keyboard.press("Space");
  await expect(page.getByTestId("actions-done")).toBeVisible();

  // Deleted after a question, found in the bin, and restored.
  await tabTo(page, "customer-menu");
  await page.keyboard.press("Enter");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await tabTo(page, "confirm-yes");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("customer-row")).toHaveCount(0);
  await goTo(page, "回收桶");
  await tabTo(page, "bin-restore");
  await page.keyboard.press("Enter");
  await goTo(page, "遠東");
  await expect(page.getByTestId("customer")).toContainText("林小姐");
});
