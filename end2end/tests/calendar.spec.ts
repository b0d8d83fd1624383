import type { Page } from "@playwright/test";
import { deviceOf, found, go } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

/** The Tuesday of the next week, so many days later, as the company has it. */
function day(later = 0): string {
  const words = new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Taipei" });
  const today = new Date(`${words}T00:00:00Z`);
  const tuesday = 7 + 1 - ((today.getUTCDay() + 6) % 7);
  return new Date(today.getTime() + (tuesday + later) * 86_400_000).toISOString().slice(0, 10);
}

const column = (page: Page, later: number) => page.locator(`[data-testid=calendar-day][data-target="${day(later)}"]`);

test("in the calendar the mouse moves a next action and the keys a visit, and a new start finds them there", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await world.server.kill();
  // The form for a new customer takes a time, too.
  await go(page, "/customers/new");
  await page.getByTestId("field-name").fill("鼎盛五金");
  await page.getByTestId("field-what").fill("送樣品");
  await page.getByTestId("field-due").fill(day());
  await page.getByTestId("field-time").fill("09:30");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("customer")).toContainText("09:30 送樣品");

  // The plus of a day leads to its plan, and the plan back to the calendar.
  await go(page, `/calendar?day=${day()}`);
  const entry = page.getByTestId("calendar-entry");
  await expect(column(page, 0).filter({ has: entry })).toContainText("09:30");
  await column(page, 1).getByTestId("calendar-add").click();
  await page.getByTestId("field-visit-search").fill("鼎盛");
  await page.getByTestId("candidate-add").click();
  await expect(page.getByTestId("visit")).toBeVisible();
  await page.getByTestId("visits-calendar").click();
  const [action, visit] = [entry.filter({ hasText: "送樣品" }), page.locator(".calendar-entry.visit")];
  await expect(column(page, 1).locator(visit)).toBeVisible();

  const [from, to] = [await action.boundingBox(), await column(page, 3).boundingBox()];
  if (!from || !to) throw new Error("what is dragged must be in sight");
  await page.mouse.move(from.x + 20, from.y + 12);
  await page.mouse.down();
  await page.mouse.move(from.x + 40, from.y + 20, { steps: 3 });
  await expect(page.locator(".drag-ghost")).toBeVisible();
  await page.mouse.move(to.x + to.width / 2, to.y + 80, { steps: 6 });
  await expect(column(page, 3)).toHaveClass(/over/);
  await page.mouse.up();
  await expect(column(page, 3).locator(action)).toContainText("09:30");
  await page.getByTestId("toast-undo").click();
  await expect(column(page, 0).locator(action)).toBeVisible();

  // Over the end of the week the page goes with it.
  await action.focus();
  await page.keyboard.press("Shift+ArrowDown");
  await expect(action).toContainText("10:30");
  await visit.focus();
  for (const later of [0, -1, -2]) {
    await page.keyboard.press("ArrowLeft");
    await expect(column(page, later).locator(visit)).toBeFocused();
  }
  await expect(page).toHaveURL(new RegExp(`day=${day(-2)}`));
  await page.reload();
  await expect(column(page, -2).locator(visit)).toBeVisible();
  await page.getByTestId("calendar-after").click();
  await expect(column(page, 0).locator(action)).toContainText("10:30");
  await column(page, 0).getByTestId("calendar-to-day").click();
  await expect(page.getByTestId("calendar-hour").filter({ has: action })).toContainText("10:00");
  await action.click();
  await expect(page.getByTestId("customer")).toContainText("鼎盛五金");
});
