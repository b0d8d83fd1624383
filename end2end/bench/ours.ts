import type { Page } from "@playwright/test";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { signIn } from "../support/company.ts";
import { Server } from "../support/server.ts";
import { installed } from "../support/world.ts";
import { Colleague } from "./colleague.ts";
import { Device, marked } from "./device.ts";
import { typed } from "./figures.ts";
import { csv, newCustomers, WORDS } from "./rows.ts";
import { type Held, pauses, type Subject, UNSENT, WRITES } from "./subject.ts";

/** Between two letters; ms. */
const KEYSTROKE = 40;
/** Idle work is due after a minute, and lasts no longer than this; ms. */
const [IDLE, TIDYING] = [61_000, 3_000];
/** Batches too small for a block of their own: they lie as single records until they are tidied. */
const [BATCHES, BATCH] = [6, 100];

declare global {
  interface Window {
    /** Moves the page's clock forward. */
    skip(ms: number): void;
  }
}

const CLOCK = `{ const now = Date.now; let ahead = 0; Date.now = () => now() + ahead; window.skip = (ms) => { ahead += ms; }; }`;

/** Changke itself: the release build in a browser, driven as a person would, read from its own marks. */
export class Ours implements Subject {
  readonly strict = true;

  private constructor(private readonly server: Server) {}

  /** Starts a server on a copy of a company's data. */
  static async start(company: string): Promise<Ours> {
    const server = await Server.start();
    await server.kill();
    for (const ending of ["", "-wal", "-shm"]) rmSync(join(server.data, `changke.sqlite${ending}`), { force: true });
    cpSync(join(company, "changke.sqlite"), join(server.data, "changke.sqlite"));
    await server.start();
    return new Ours(server);
  }

  device(features: string[]): Promise<Device> {
    return Device.start(features, [CLOCK]);
  }

  async firstSync(device: Device): Promise<Held> {
    const page = await device.open(`${this.server.url}/sign-in`);
    await signIn(page, "wang");
    const end = await marked(page, "changke:first-sync-end");
    const held = await page.evaluate(async (end) => {
      await new Promise((resolve) => setTimeout(resolve, 100)); // the observer hears of the last task
      const start = performance.getEntriesByName("changke:first-sync-begin")[0]?.startTime ?? Number.NaN;
      return { ms: end - start, ...window.longest({ start, end }) };
    }, end);
    await installed(page);
    return held;
  }

  async coldStart(device: Device): Promise<{ page: Page; ms: number }> {
    const page = await device.open(`${this.server.url}/customers`);
    return { page, ms: await marked(page, "changke:list") };
  }

  async search(page: Page): Promise<number[]> {
    const field = page.getByTestId("customers-search");
    await field.focus();
    const times = [];
    for (const word of WORDS) {
      await forget(page, "changke:search");
      for (const letter of typed(word).map((part) => [...part].at(-1) ?? "")) {
        await page.keyboard.insertText(letter);
        await page.waitForTimeout(KEYSTROKE);
      }
      times.push(...(await measured(page, "changke:search", [...word].length)));
      await field.fill("");
      await page.waitForTimeout(KEYSTROKE);
    }
    return times;
  }

  async write(device: Device): Promise<number[]> {
    await this.server.kill();
    const { page } = await this.coldStart(device);
    const rows = newCustomers(WRITES, "W");
    for (const [at, { name, address, remark }] of rows.entries()) {
      await visible(page, "customers-new").click();
      await page.getByTestId("field-name").fill(name);
      for (const group of ["address", "remark"]) await page.getByTestId(`group-${group}`).locator("summary").click();
      await page.getByTestId("field-address").fill(address ?? "");
      await page.getByTestId("field-remark").fill(remark ?? "");
      await page.waitForTimeout(pauses[at] ?? 0);
      await page.getByTestId("save").click();
      await measured(page, "changke:save", at + 1);
      await page.getByTestId("customer").waitFor();
      if (at + 1 < rows.length) await page.goBack();
    }
    const times = await measured(page, "changke:save", WRITES);
    await this.server.start();
    return times;
  }

  async push(device: Device, batch: string): Promise<number> {
    await this.server.kill();
    const offline = await device.open(`${this.server.url}/import`);
    const buffer = Buffer.from(csv(newCustomers(UNSENT, batch)));
    await offline.getByTestId("import-input").setInputFiles({ name: "offline.csv", mimeType: "text/csv", buffer });
    await offline.getByTestId("import-run").click();
    await offline.getByTestId("import-finished").waitFor({ timeout: 120_000 });
    await this.server.start();
    // A new page sends at once: nothing of what is measured is a wait for the next attempt.
    const page = await device.open(`${this.server.url}/customers`);
    return (await measured(page, "changke:push", 1))[0] ?? Number.NaN;
  }

  async compact(device: Device): Promise<Held> {
    const { page } = await this.coldStart(device);
    const colleague = await Colleague.signIn(this.server.url);
    for (let batch = 1; batch <= BATCHES; batch += 1) {
      await colleague.enter(newCustomers(BATCH, `C${batch}`));
      const arrived = async () => (await deltas(page)) >= batch * BATCH;
      while (!(await arrived())) await page.waitForTimeout(200);
    }
    const before = await deltas(page);
    const span = await page.evaluate(async ([idle, tidying]) => {
      const start = performance.now();
      window.skip(idle);
      window.dispatchEvent(new Event("online"));
      await new Promise((resolve) => setTimeout(resolve, tidying));
      const span = { start, end: performance.now() };
      return { ms: span.end - start, ...window.longest(span) };
    }, [IDLE, TIDYING] as const);
    const after = await deltas(page);
    if (after >= before) throw new Error(`nothing was compacted: ${before} single records before, ${after} after`);
    return span;
  }

  stop(): Promise<void> {
    return this.server.dispose();
  }
}

function visible(page: Page, testid: string) {
  return page.getByTestId(testid).filter({ visible: true }).first();
}

async function forget(page: Page, name: string): Promise<void> {
  await page.evaluate((name) => performance.clearMeasures(name), name);
}

/** Waits for so many measures of a name and returns their durations. */
async function measured(page: Page, name: string, count: number): Promise<number[]> {
  const found = await page.waitForFunction(
    ([name, count]) => {
      const measures = performance.getEntriesByName(name, "measure");
      return measures.length >= count && measures.map((measure) => measure.duration);
    },
    [name, count] as const,
    { timeout: 60_000, polling: 50 },
  );
  return (await found.jsonValue()) || [];
}

/** Counts the records that lie beside the blocks on this device. */
function deltas(page: Page): Promise<number> {
  return page.evaluate(async () => {
    let count = 0;
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name ?? "");
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      count += await new Promise<number>((resolve, reject) => {
        const request = database.transaction("delta").objectStore("delta").count();
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      database.close();
    }
    return count;
  });
}
