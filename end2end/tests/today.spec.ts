import type { Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { change, deviceOf, enterCustomer, found, go, synced } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

/** The time of day in the company's zone so many minutes from now, and its day. */
function inMinutes(minutes: number): { day: string; time: string } {
  const words = new Date(Date.now() + minutes * 60_000).toLocaleString("sv-SE", { timeZone: "Asia/Taipei" });
  return { day: words.slice(0, 10), time: words.slice(11, 16) };
}

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

test("what waits for a decision stands on top and leads to where it is settled, for the owner of the customer", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  const customer = await enterCustomer(page, "永信貿易");
  await synced(page);
  const assistant = await deviceOf(world, "lin");
  await go(assistant.page, customer);
  await expect(assistant.page.getByTestId("customer")).toContainText("永信貿易");
  await world.server.kill();
  await change(page, customer, "name", "永信國際貿易");
  await change(assistant.page, customer, "name", "永信貿易股份有限公司");
  await world.server.start();
  await synced(page);
  await synced(assistant.page);
  await page.reload();
  await synced(page);

  await go(page, "/");
  await expect(page.getByTestId("today-attention")).toContainText("1 筆");
  await page.getByTestId("attention-conflicts").click();
  await expect(page.getByTestId("conflict")).toBeVisible();
  await go(assistant.page, "/");
  await expect(assistant.page.getByTestId("today")).toBeVisible();
  await expect(assistant.page.getByTestId("attention-conflicts")).toHaveCount(0);

  await page.getByTestId("conflict-use-mine").click();
  await expect(page.getByTestId("conflict")).toHaveCount(0);
  await go(page, "/");
  await expect(page.getByTestId("today")).toBeVisible();
  await expect(page.getByTestId("today-attention")).toHaveCount(0);
});

test("with no network a next action with a time is counted, rings at its time, and goes into a calendar", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await page.context().grantPermissions(["notifications"]);
  await page.addInitScript(() => {
    const badge = (count?: number) => Promise.resolve(document.documentElement.setAttribute("data-badge", String(count ?? 0)));
    Object.assign(navigator, { setAppBadge: badge, clearAppBadge: badge });
    const [now, ahead] = [Date.now, Number(localStorage.getItem("test.ahead") ?? 0)];
    Date.now = () => now() + ahead;
  });
  await world.server.kill();
  await go(page, "/settings");
  await expect(page.getByTestId("remind-state")).toContainText("到點會跳通知");
  const customer = await enterCustomer(page, "要響的客戶");
  await go(page, `${customer}/next-action`);
  const { day, time } = inMinutes(3);
  await page.getByTestId("field-what").fill("回電");
  await page.getByTestId("field-due").fill(day);
  await page.getByTestId("field-time").fill(time);
  await page.getByTestId("save").click();
  await expect(page.getByTestId("customer")).toBeVisible();
  await go(page, "/");
  await expect(page.getByTestId("next-action")).toContainText(`${time} 回電`);

  const download = page.waitForEvent("download");
  await page.getByTestId("action-postpone").click();
  await page.getByTestId("action-calendar").click();
  const file = readFileSync(await (await download).path(), "utf8");
  expect(file).toContain("SUMMARY:要響的客戶: 回電\r\n");
  const starts = new Date(`${day}T${time}:00+08:00`).toISOString().replace(/[-:]|\.000/g, "");
  expect(file).toContain(`DTSTART:${starts}\r\n`);

  const told = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map((told) => `${told.title}: ${told.body}`);
    });
  expect(await told()).toEqual([]);
  // Opened anew by a clock that stands a few seconds before.
  const rings = new Date(`${day}T${time}:00+08:00`).getTime();
  await page.evaluate((ahead) => localStorage.setItem("test.ahead", String(ahead)), rings - Date.now() - 10_000);
  await page.reload();
  await expect(page.getByTestId("next-action")).toBeVisible();
  expect(await told()).toEqual([]);
  await expect.poll(told, { timeout: 20_000 }).toEqual([`要響的客戶: ${time} 回電`]);
  await expect(page.getByTestId("nav-today-count")).toHaveText("1");
  await expect(page.locator("html")).toHaveAttribute("data-badge", "1");
  await page.getByTestId("action-done").click();
  await expect(page.locator("html")).toHaveAttribute("data-badge", "0");
  await expect(page.getByTestId("nav-today-count")).toHaveCount(0);
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
