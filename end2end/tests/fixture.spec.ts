import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deviceOf, enterCustomer, found, go, synced } from "../support/company.ts";
import { dump, type Fixture } from "../support/fixture.ts";
import { databaseOf } from "../support/storage.ts";
import { expect, test } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

const KEPT = join(import.meta.dirname, "../../app/tests/fixtures");

/** More rows than a page may have before it becomes a block. */
const MANY = 220;

/** What kinds of things a database holds: its object stores, and in each the keys without their numbers and ids. */
function shape(fixture: Fixture): Record<string, string[]> {
  const kind = (key: string) => key.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "ID").replace(/[0-9]+/g, "N");
  const stores = Object.entries(fixture.stores);
  return Object.fromEntries(stores.map(([area, rows]) => [area, [...new Set(rows.map(([key]) => kind(key)))].sort()]));
}

// Every version of the database is kept as a device held it; app/tests/upgrades.rs opens each with today's build.
// A new version's is written with CHANGKE_KEEP_FIXTURE=1 and never changed again.
test("the kept database of this version is what a device holds", async ({ world }) => {
  // So many that a device which comes later keeps them in blocks.
  const first = await deviceOf(world, "li");
  const rows = Array.from({ length: MANY }, (_, at) => `第 ${at + 1} 位老客戶`);
  await go(first.page, "/import");
  const rowsFile = { name: "rows.csv", mimeType: "text/csv", buffer: Buffer.from(["name", ...rows].join("\r\n")) };
  await first.page.getByTestId("import-input").setInputFiles(rowsFile);
  await first.page.getByTestId("import-run").click();
  await expect(first.page.getByTestId("import-finished")).toBeVisible({ timeout: 60_000 });
  await synced(first.page);
  await first.device.close();

  const { page } = await deviceOf(world, "li");
  const customer = await enterCustomer(page, "鼎盛五金");
  await enterCustomer(page, "遠東機電行");
  await synced(page);
  // An entry that the server has, kept in case it loses it, and another base state beside the blocks.
  await go(page, `${customer}/record`);
  await page.getByTestId("field-text").fill("已送出的聯系記錄");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("timeline")).toContainText("已送出的聯系記錄");
  await synced(page);
  // The last changes of an opened customer are asked for in the background, and kept for the time without a network.
  const database = await databaseOf(page);
  const notes = async () => (await dump(page, database)).stores.meta.map(([key]) => key);
  await expect.poll(notes).toContain(`note:history:customer:${customer.split("/").at(-1)}`);
  await world.server.kill();
  await enterCustomer(page, "永信貿易");
  await go(page, `${customer}/record`);
  await page.getByTestId("field-text").fill("還沒送出的聯系記錄");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("timeline")).toContainText("還沒送出的聯系記錄");
  await go(page, "/customers/new");
  await page.getByTestId("field-name").fill("寫到一半");
  await page.waitForTimeout(1_000); // a form is kept after a pause in typing

  const held = await dump(page, database);
  const file = join(KEPT, `store-v${held.version}.json`);
  if (process.env.CHANGKE_KEEP_FIXTURE) writeFileSync(file, `${JSON.stringify(held, null, 1)}\n`);
  const kept: Fixture = JSON.parse(readFileSync(file, "utf8"));
  expect(kept.version).toBe(held.version);
  expect(shape(kept)).toEqual(shape(held));
});
