import type { Page } from "@playwright/test";
import { deviceOf, enterCustomer, found, go, synced } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

/** The day so many days from today in the company's zone, as `2026-11-30`. */
function dayAfter(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toLocaleDateString("sv-SE", { timeZone: "Asia/Taipei" });
}

/** Adds a telephone to a customer. */
async function withPhone(page: Page, customer: string, phone: string): Promise<void> {
  await go(page, `${customer}/edit`);
  await page.getByTestId("group-reach").locator("summary").click();
  await page.getByTestId("field-phones").first().fill(phone);
  await page.getByTestId("save").click();
  await expect(page.getByTestId("customer")).toContainText(phone);
}

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

test("with no network a next action is called about and postponed in place, and the postponement taken back", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone" });
  await world.server.kill();
  const customer = await enterCustomer(page, "要延後的客戶");
  await withPhone(page, customer, "04-2359-8812");
  await go(page, `${customer}/next-action`);
  await page.getByTestId("field-what").fill("送樣品");
  await page.getByTestId("field-due").fill(dayAfter(-2));
  await page.getByTestId("save").click();
  await expect(page.getByTestId("customer")).toBeVisible();
  await go(page, "/");
  const overdue = page.getByTestId("today-overdue");
  await expect(overdue.getByTestId("reach-call")).toHaveAttribute("href", "tel:0423598812");

  await overdue.getByTestId("action-postpone").click();
  await page.getByTestId("postpone-tomorrow").click();
  await expect(page.getByTestId("today-tomorrow")).toContainText("要延後的客戶");
  await page.getByTestId("toast-undo").click();
  await expect(overdue).toContainText("要延後的客戶");

  await overdue.getByTestId("action-postpone").click();
  await page.getByTestId("postpone-date").click();
  await page.getByTestId("field-postpone_due").fill("");
  await page.getByTestId("postpone-to-date").click();
  await expect(page.getByTestId("postpone-dialog")).toContainText("請填寫這一欄");
  await page.getByTestId("field-postpone_due").fill(dayAfter(0));
  await page.getByTestId("postpone-to-date").click();
  await expect(page.getByTestId("today-due")).toContainText("要延後的客戶");
});

test("birthdays of the next seven days are told with no network, today's first", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone" });
  await world.server.kill();
  const customer = await enterCustomer(page, "有壽星的客戶");
  for (const [name, days] of [["後天生日", 2], ["今天生日", 0], ["下週生日", 7]] as const) {
    await go(page, `${customer}/contacts/new`);
    await page.getByTestId("field-name").fill(name);
    await page.getByTestId("field-phones").first().fill("0912-345-678");
    await page.getByTestId("field-birthday").fill(dayAfter(days).slice(5));
    await page.getByTestId("save").click();
    await expect(page.getByTestId("customer")).toContainText(name);
  }
  await go(page, "/");
  const birthdays = page.getByTestId("birthday");
  await expect(birthdays).toHaveCount(2);
  await expect(birthdays.first()).toContainText("今天生日");
  await expect(birthdays.first().getByTestId("birthday-day")).toHaveText("今天");
  await expect(birthdays.last()).toContainText("有壽星的客戶");
  await expect(birthdays.first().getByTestId("reach-call")).toHaveAttribute("href", "tel:0912345678");
  await birthdays.first().getByTestId("birthday-record").click();
  await expect(page.getByTestId("record-customer")).toContainText("有壽星的客戶");
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
