import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deviceOf, enterCustomer, find, found, go, heldBack, pill, synced } from "../support/company.ts";
import { rebuild, SECOND, withoutWasm } from "../support/site.ts";
import { databaseOf } from "../support/storage.ts";
import { expect, test } from "../support/world.ts";
import type { Page, Route } from "@playwright/test";

test.beforeEach(async ({ world }) => found(world));

test("a half-filled form and what was saved survive a crash of the browser", async ({ world }) => {
  const { device } = await deviceOf(world, "li", { size: "phone" });
  // The browser writes down its cookies only after a while, or when it is closed.
  await device.close();
  await world.server.kill();
  const page = await device.open();
  const customer = await enterCustomer(page, "當機之前儲存");
  await go(page, "/customers/new");
  await page.getByTestId("field-name").fill("寫到一半就當機");
  await page.getByTestId("group-address").locator("summary").click();
  await page.getByTestId("field-address").fill("高雄市前鎮區");
  await page.waitForTimeout(1_000); // a form is kept after a pause in typing
  await device.crash();

  const again = await device.open("/customers/new");
  await expect(again.getByTestId("draft-restored")).toBeVisible();
  await expect(again.getByTestId("field-name")).toHaveValue("寫到一半就當機");
  await expect(again.getByTestId("field-address")).toHaveValue("高雄市前鎮區");
  await go(again, customer);
  await expect(again.getByTestId("customer")).toContainText("當機之前儲存");
  await world.server.start();
  await synced(again);
});

test("a build whose WebAssembly does not start: the outbox leaves as a file, and the repaired build sends it", async ({ world }) => {
  test.slow(); // three builds are installed
  const { page } = await deviceOf(world, "li", { size: "phone" });
  await world.server.kill();
  await enterCustomer(page, "壞掉之前輸入");
  const first = await page.evaluate(() => window.changke.build);
  const broken = join(world.server.data, "broken-build");
  await rebuild(broken, first);
  withoutWasm(broken);
  const letOut = await heldBack(page);
  await world.server.start(broken);
  await page.evaluate(() => window.changke.checkForUpdate());
  await page.getByTestId("update-apply").click();
  await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toHaveText(
    "常客發生問題，已停止執行",
    { timeout: 60_000 },
  );
  expect(await page.evaluate(() => window.changke.build)).toBe(SECOND);

  for (const path of ["/customers", "/export.html"]) {
    await go(page, path);
    const download = page.waitForEvent("download");
    await page.getByTestId("rescue-export").click();
    const file = JSON.parse(readFileSync(await (await download).path(), "utf8"));
    expect(file.databases.flatMap((database: { entries: unknown[] }) => database.entries)).toHaveLength(1);
    expect(JSON.stringify(file)).toContain("壞掉之前輸入");
  }

  await world.server.kill();
  await world.server.start();
  await letOut();
  await go(page, "/customers");
  await page.getByTestId("rescue-update").click();
  await expect(page.getByTestId("customer-row")).toContainText("壞掉之前輸入");
  await synced(page);
  const second = await deviceOf(world, "li");
  await expect(await find(second.page, "壞掉之前")).toHaveCount(1);
});

test("an entry on which the program stopped is set aside, and the program runs again", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await world.server.kill();
  await enterCustomer(page, "好的一筆");
  await enterCustomer(page, "讓程式停下的一筆");
  const database = await databaseOf(page);
  const id = await entryAbout(page, database, "讓程式停下的一筆");
  // What the program notes before it replays an entry; after a panic the note is still there.
  await page.evaluate(([key, id]) => localStorage.setItem(key, JSON.stringify(id)), [`${database}.replaying`, id] as const);
  await go(page, "/");
  await page.getByTestId("attention-outbox").click();
  await expect(page.getByTestId("outbox-attention")).toHaveCount(1);
  await expect(page.getByTestId("outbox-attention")).toContainText("讓程式停下的一筆");
  await expect(page.getByTestId("outbox-entry")).toHaveCount(1);
  await expect(await find(page, "好的一筆")).toHaveCount(1);
  // It is not replayed here, but the server gets it all the same.
  await world.server.start();
  const second = await deviceOf(world, "li");
  await expect(async () => {
    await expect(await find(second.page, "讓程式停下")).toHaveCount(1, { timeout: 3_000 });
  }).toPass({ timeout: 45_000 });
});

/** The id of the entry that is about something. */
function entryAbout(page: Page, database: string, about: string): Promise<string> {
  return page.evaluate(
    async ([database, about]) => {
      const finished = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const opened = await finished(indexedDB.open(database));
      const values = await finished(opened.transaction("outbox").objectStore("outbox").getAll());
      opened.close();
      const entries = values.map((bytes) => JSON.parse(new TextDecoder().decode(bytes)).entry);
      return entries.find((entry) => entry.about === about).id;
    },
    [database, about] as const,
  );
}

test("a build that the server no longer accepts says so, goes on saving, and sends after the update", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  const outdated = (route: Route) => {
    const nonce = route.request().headers()["x-changke-nonce"] ?? "";
    const feed = route.request().url().endsWith("/pull");
    const contentType = feed ? "application/x-ndjson" : "application/json";
    const headers = { "x-changke-nonce": nonce, "content-type": contentType };
    return route.fulfill({ headers, body: feed ? '["n","outdated"]\n' : '"outdated"' });
  };
  const talk = /\/api\/v1\/(push|pull)$/;
  await page.context().route(talk, outdated);
  await enterCustomer(page, "太舊的版本輸入");
  await expect(page.getByTestId("notice-outdated")).toContainText("這個版本太舊，伺服器不再接受");
  await enterCustomer(page, "還是可以輸入");
  await expect(page.getByTestId("notice-outdated")).toBeVisible();
  await expect(pill(page)).toHaveAttribute("data-state", "waiting");

  const first = await page.evaluate(() => window.changke.build);
  const site = join(world.server.data, "second-build");
  await rebuild(site, first);
  await world.server.kill();
  await world.server.start(site);
  await page.context().unroute(talk);
  await page.getByTestId("outdated-update").click();
  const build = () => page.evaluate(() => window.changke?.build).catch(() => "");
  await expect.poll(build, { timeout: 60_000 }).toBe(SECOND);
  await synced(page);
  const second = await deviceOf(world, "li");
  for (const name of ["太舊的版本輸入", "還是可以輸入"]) await expect(await find(second.page, name)).toHaveCount(1);
});
