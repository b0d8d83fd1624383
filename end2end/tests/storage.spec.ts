import { readFileSync } from "node:fs";
import { deviceOf, enterCustomer, found, go, pill, synced } from "../support/company.ts";
import { BARE, browserOf, databaseOf, evict, fillUp, holdOpen, keepHandle, loseHandle, startAsLaterBuild } from "../support/storage.ts";
import { expect, test } from "../support/world.ts";
import type { Page } from "@playwright/test";

test.beforeEach(async ({ world }) => found(world));

/** Fills the form of a new customer and presses the button. */
async function press(page: Page, name: string): Promise<void> {
  await go(page, "/customers/new");
  await page.getByTestId("field-name").fill(name);
  await page.getByTestId("save").click();
}

/** The form still holds what was typed. */
async function expectTyped(page: Page, name: string): Promise<void> {
  await expect(page.getByTestId("field-name")).toHaveValue(name);
}

test("a full device says that nothing was saved, keeps the form, and goes on once there is room", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await world.server.kill();
  const browser = await browserOf(page);
  await fillUp(browser, world.server.url);
  // The browser counts the room that is left only every half minute; what it takes until then is saved.
  const saved: string[] = [];
  const notice = page.getByTestId("notice-quota");
  let name = "";
  for (;;) {
    name = `第 ${saved.length + 1} 位客戶`;
    await press(page, name);
    await expect(notice.or(page.getByTestId("customer"))).toBeVisible();
    if (await notice.isVisible()) break;
    saved.push(name);
    await page.waitForTimeout(3_000);
  }
  await expect(notice).toContainText("這台裝置的空間滿了");
  await expectTyped(page, name);
  await browser.detach();

  await expect(async () => {
    await page.getByTestId("save").click();
    await expect(page.getByTestId("customer")).toContainText(name, { timeout: 2_000 });
  }).toPass({ timeout: 60_000 });
  await expect(notice).toHaveCount(0);
  saved.push(name);
  await world.server.start();
  await synced(page);
  const second = await deviceOf(world, "li");
  await go(second.page, "/customers");
  await expect(second.page.getByTestId("customer-row")).toHaveCount(saved.length);
  for (const name of saved) await expect(second.page.getByTestId("customer-row").filter({ hasText: name })).toHaveCount(1);
});

test("data that the browser cleared between two visits: the person learns what was not sent", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await enterCustomer(page, "已經送出");
  await synced(page);
  await world.server.kill();
  await enterCustomer(page, "還沒送出");
  await go(page, BARE);
  await evict(await browserOf(page), world.server.url);
  await world.server.start();
  await go(page, "/customers");
  await expect(page.getByTestId("notice-evicted")).toContainText("瀏覽器清掉了這台裝置上的資料");
  await expect(page.getByTestId("notice-evicted")).toContainText("當時有 1 筆還沒送出");
  await expect(page.getByTestId("customer-row")).toHaveCount(1);
  await page.reload();
  await expect(page.getByTestId("notice-evicted")).toContainText("當時有 1 筆還沒送出");
  await page.getByTestId("evicted-close").click();
  await page.reload();
  await expect(page.getByTestId("customer-row")).toHaveCount(1);
  await expect(page.getByTestId("notice-evicted")).toHaveCount(0);
});

test("a browser that cleared everything: the server still knows what it last reported", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await page.context().route("**/api/v1/push", (route) => route.abort());
  await enterCustomer(page, "只有伺服器聽說過");
  // The next exchange tells how many entries wait, and the one after it is due soon.
  await expect(async () => {
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    const answer = await page.request.get(`${world.server.url}/api/v1/session`);
    expect((await answer.json()).clients[0].unsent).toBe(1);
  }).toPass();
  await go(page, BARE);
  await evict(await browserOf(page), world.server.url, "indexeddb,local_storage");
  await go(page, "/customers");
  await expect(page.getByTestId("notice-evicted")).toContainText("當時有 1 筆還沒送出");
  await page.getByTestId("evicted-close").click();
  await page.reload();
  await expect(page.getByTestId("customers-search")).toBeVisible();
  await expect(page.getByTestId("notice-evicted")).toHaveCount(0);
});

test("a browser that lost who was signed in, and nothing else: the data opens with no network", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await world.server.kill();
  const customer = await enterCustomer(page, "還在磁碟上");
  await go(page, BARE);
  await evict(await browserOf(page), world.server.url, "local_storage");
  await go(page, customer);
  await expect(page.getByTestId("customer")).toContainText("還在磁碟上");
  await expect(pill(page)).toContainText("1");
});

test("who signed out is not let in again by a browser that lost what it remembered", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await go(page, "/settings");
  await page.getByTestId("sign-out").click();
  await page.getByTestId("confirm-yes").click();
  await expect(page.getByTestId("sign-in-page")).toBeVisible();
  await world.server.kill();
  await go(page, BARE);
  await evict(await browserOf(page), world.server.url, "local_storage");
  await go(page, "/");
  await expect(page.getByTestId("sign-in-page")).toBeVisible();
});

test("data that is cleared while the page is open: what is not sent can still leave as a file", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await world.server.kill();
  await enterCustomer(page, "只剩這裡有");
  await go(page, "/customers/new");
  await page.getByTestId("field-name").fill("正在輸入");
  await evict(await browserOf(page), world.server.url);
  await page.getByTestId("save").click();
  const notice = page.getByTestId("notice-cleared");
  await expect(notice).toContainText("這台裝置上的資料被清掉了");
  await expect(notice).toContainText("有 1 筆還沒送出");
  await expectTyped(page, "正在輸入");

  await page.getByTestId("cleared-export").click();
  const download = page.waitForEvent("download");
  await page.getByTestId("outbox-export").click();
  const file = JSON.parse(readFileSync(await (await download).path(), "utf8"));
  expect(JSON.stringify(file.databases[0].entries)).toContain("只剩這裡有");
  await page.reload();
  await expect(page.getByTestId("notice-evicted")).toContainText("當時有 1 筆還沒送出");
});

test("a lost handle is opened anew, and the person notices nothing", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await world.server.kill();
  await go(page, "/customers/new");
  await page.getByTestId("field-name").fill("睡醒之後");
  await loseHandle(page, 1);
  await page.getByTestId("save").click();
  await expect(page.getByTestId("customer")).toContainText("睡醒之後");
  await expect(page.getByTestId("notice-not-saved")).toHaveCount(0);
  await page.reload();
  await expect(page.getByTestId("customer")).toContainText("睡醒之後");
});

test("a handle that stays lost: not saved, in words, until the save that works", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await world.server.kill();
  await go(page, "/customers/new");
  await page.getByTestId("field-name").fill("存不下來");
  await loseHandle(page, 1_000);
  await page.getByTestId("save").click();
  await expect(page.getByTestId("notice-not-saved")).toContainText("沒有存到這台裝置");
  await expectTyped(page, "存不下來");
  // What the page does by itself succeeds again; that does not unsay it.
  await keepHandle(page);
  await world.server.start();
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  await expect(pill(page)).toHaveAttribute("data-state", "synced", { timeout: 45_000 });
  await expect(page.getByTestId("notice-not-saved")).toBeVisible();
  await page.getByTestId("save").click();
  await expect(page.getByTestId("customer")).toContainText("存不下來");
  await expect(page.getByTestId("notice-not-saved")).toHaveCount(0);
});

test("another tab was updated and has upgraded the database: this one says so and keeps its words", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await world.server.kill();
  await enterCustomer(page, "升級之前");
  const database = await databaseOf(page);
  await go(page, "/customers/new");
  await page.getByTestId("field-name").fill("升級之間");
  const later = await page.context().newPage();
  await later.goto(world.server.url + BARE);
  await holdOpen(later, database, 99);
  await page.getByTestId("save").click();
  await expect(page.getByTestId("notice-later-build")).toContainText("這個分頁是舊版本");
  await expectTyped(page, "升級之間");
  await page.reload();
  await expect(page.getByTestId("storage-broken")).toContainText("請更新後再開啟");
  await expect(page.getByTestId("broken-export")).toBeVisible();
});

test("an older tab in the way of an upgrade: the person is asked to close it, then the page goes on", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await world.server.kill();
  await enterCustomer(page, "升級前輸入");
  const database = await databaseOf(page);
  const older = await page.context().newPage();
  await older.goto(world.server.url + BARE);
  await holdOpen(older, database, 1);
  await startAsLaterBuild(page);
  await go(page, "/customers");
  await expect(page.getByTestId("storage-blocked")).toContainText("其他分頁還開著舊版本");
  await expect(page.getByTestId("storage-blocked")).toContainText("請關閉其他常客分頁");
  await older.close();
  await expect(page.getByTestId("customer-row")).toContainText("升級前輸入");
  await world.server.start();
  await synced(page);
});
