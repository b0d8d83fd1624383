import type { CDPSession, Page } from "@playwright/test";

/** A page of the same origin that opens no database by itself. */
export const BARE = "/export.html";

/** A line to the browser itself. */
export function browserOf(page: Page): Promise<CDPSession> {
  return page.context().newCDPSession(page);
}

/** Leaves the device no room for anything new, until the line is cut. */
export async function fillUp(browser: CDPSession, origin: string): Promise<void> {
  await browser.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
}

/** Deletes every database, as the browser does when it needs the room; what has one open loses it. */
export async function evict(browser: CDPSession, origin: string, storageTypes = "indexeddb"): Promise<void> {
  await browser.send("Storage.clearDataForOrigin", { origin, storageTypes });
}

/** The name of the only person's database on this device. */
export function databaseOf(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name ?? "");
    return names.find((name) => name.startsWith("changke/")) ?? "";
  });
}

/** Opens a database at a version and keeps it open whatever happens, as a tab of another build may. */
export async function holdOpen(page: Page, name: string, version: number): Promise<void> {
  await page.evaluate(
    ([name, version]) =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open(name, version);
        request.onsuccess = () => resolve();
        request.onerror = () => reject(request.error);
        Object.assign(window, { held: request });
      }),
    [name, version] as const,
  );
}

/** From its next start on, the page behaves as the next build does: it asks for a later version. */
export async function startAsLaterBuild(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const open = IDBFactory.prototype.open;
    IDBFactory.prototype.open = function (name, version) {
      return version === undefined ? open.call(this, name) : open.call(this, name, version + 1);
    };
  });
}

/** Lets the page lose its handle at the next transactions, as after a sleep of the device. */
export async function loseHandle(page: Page, times: number): Promise<void> {
  await page.evaluate((times) => {
    const transaction = IDBDatabase.prototype.transaction;
    let left = times;
    IDBDatabase.prototype.transaction = function (...how) {
      if (left > 0) this.close();
      left -= 1;
      return transaction.apply(this, how);
    };
    addEventListener("keep-handle", () => (left = 0));
  }, times);
}

/** Ends the loss of handles. */
export async function keepHandle(page: Page): Promise<void> {
  await page.evaluate(() => dispatchEvent(new Event("keep-handle")));
}
