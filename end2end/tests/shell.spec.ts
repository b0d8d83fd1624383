import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rebuild, SECOND as second } from "../support/site.ts";
import { expect, installed, test } from "../support/world.ts";
import type { Page } from "@playwright/test";

/** The shell's seal is gone once the application runs. */
async function runs(page: Page): Promise<void> {
  await expect(page.locator("#shell")).toHaveCount(0);
  await expect(page.getByTestId("rescue-again")).toHaveCount(0);
}

/** Puts an entry into an outbox, as the store of the application does. */
async function enter(page: Page, database: string, key: string, entry: unknown): Promise<void> {
  await page.evaluate(
    async ([database, key, text]) => {
      const request = indexedDB.open(database, 1);
      request.onupgradeneeded = () => request.result.createObjectStore("outbox");
      await new Promise((resolve) => (request.onsuccess = resolve));
      const transaction = request.result.transaction("outbox", "readwrite");
      transaction.objectStore("outbox").put(new TextEncoder().encode(text), key);
      await new Promise((resolve) => (transaction.oncomplete = resolve));
      request.result.close();
    },
    [database, key, JSON.stringify(entry)] as const,
  );
}

test("the shell opens offline with the server killed, on a deep link", async ({ world }) => {
  const device = world.device({ size: "phone" });
  const page = await device.open();
  await installed(page);
  await runs(page);
  await world.server.kill();

  await page.goto(`${world.server.url}/customers/42`);
  await runs(page);
  expect(new URL(page.url()).pathname).toBe("/customers/42");
  await page.reload();
  await runs(page);

  await device.close();
  await runs(await device.open("/outbox"));
});

test("the API is never answered from the device", async ({ world }) => {
  const page = await world.device().open();
  await installed(page);
  expect(await page.evaluate(async () => (await fetch("/api/v1/nothing")).status)).toBe(404);
  await world.server.kill();
  expect(await page.evaluate(() => fetch("/api/v1/nothing").then(() => "answer", () => "none"))).toBe("none");
});

test("a missing file is missing, not the shell", async ({ world }) => {
  const page = await world.device().open();
  await installed(page);
  expect(await page.evaluate(async () => (await fetch("/assets/gone.js")).status)).toBe(404);
});

test("a second build waits for consent, then replaces the first", async ({ world }, testInfo) => {
  const device = world.device();
  const page = await device.open();
  await installed(page);
  const first = await page.evaluate(() => window.changke.build);
  const site = testInfo.outputPath("site");
  await rebuild(site, first);
  await world.server.kill();
  await world.server.start(site);

  const other = await device.open();
  await runs(other);
  expect(await page.evaluate(() => window.changke.checkForUpdate())).toBe(true);
  expect(await page.evaluate(() => window.changke.updateReady)).toBe(true);
  await page.reload();
  expect(await page.evaluate(() => window.changke.build)).toBe(first);

  // As the banner does: it offers the update once the page knows of it, and may be pressed again.
  await expect.poll(() => page.evaluate(() => window.changke.updateReady)).toBe(true);
  await expect(async () => {
    await page.evaluate(() => window.changke.applyUpdate()).catch(() => undefined);
    await expect.poll(() => page.evaluate(() => window.changke.build).catch(() => ""), { timeout: 8_000 }).toBe(second);
  }).toPass({ timeout: 60_000 });
  await runs(page);
  // The other tab still runs on the first build: it is told, and keeps its files until it follows.
  expect(await other.evaluate(() => [window.changke.build, window.changke.updateReady])).toEqual([first, true]);
  await expect.poll(() => caches(page)).toEqual([first, second].map((build) => `changke-${build}`).sort());
  await other.evaluate(() => window.changke.applyUpdate());
  await expect.poll(() => caches(page)).toEqual([`changke-${second}`]);
});

function caches(page: Page): Promise<string[]> {
  return page.evaluate(async () => (await window.caches.keys()).sort());
}

test("after a panic, what is not sent leaves the device as a file", async ({ world }) => {
  const device = world.device({ size: "phone" });
  const page = await device.open();
  await installed(page);
  const entry = { kind: "customer.create", name: "鼎盛五金" };
  await enter(page, "changke/acme/li", "0001", entry);
  await world.server.kill();
  const title = page.getByRole("heading");
  // What the browser throws when WebAssembly ends in a trap, as it does after every panic.
  await page.evaluate(() => void setTimeout(() => { throw new WebAssembly.RuntimeError("unreachable"); }));
  await expect(title).toHaveText("常客發生問題，已停止執行");
  await page.reload();
  await expect(title).toHaveText("常客發生問題，已停止執行");
  const download = page.waitForEvent("download");
  await page.getByTestId("rescue-export").click();
  const file = JSON.parse(readFileSync(await (await download).path(), "utf8"));
  expect(file.databases).toEqual([{ name: "changke/acme/li", entries: [{ key: "0001", entry }] }]);
  await expect(page.getByRole("status")).toHaveText("已匯出 1 筆。");

  await page.getByTestId("rescue-update").click();
  await expect(page.getByRole("status")).toHaveText("沒有更新的版本。");
  await page.getByTestId("rescue-again").click();
  await runs(page);
  await page.goto(`${world.server.url}/export.html`);
  await expect(page.getByTestId("rescue-export")).toBeVisible();
});

test("a browser that lacks something says so in three languages", async ({ world }) => {
  const device = world.device({ locale: "zh-CN" });
  const page = await device.open();
  await page.context().addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "locks"));
  await page.reload();
  await expect(page.getByRole("heading")).toHaveText("这个浏览器无法离线使用常客");
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("heading")).toHaveText("Changke cannot work offline in this browser");
  await expect(page.locator("pre")).toHaveText("Web Locks");
});
