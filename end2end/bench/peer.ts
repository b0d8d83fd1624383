import type { Page } from "@playwright/test";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { bundle } from "./bundle.ts";
import { Device, marked } from "./device.ts";
import { typed } from "./figures.ts";
import { newCustomers, WORDS } from "./rows.ts";
import { type Held, pauses, type Subject, UNSENT, WRITES } from "./subject.ts";

/** Keystrokes of the library's own query: one can take a second. */
const QUERIES = 15;

/** A program that runs in a page of ours and is driven from there. */
export class Peer implements Subject {
  private constructor(
    private readonly url: string,
    private readonly server: ChildProcess,
    readonly strict: boolean,
    private readonly queries: boolean,
  ) {}

  /** Builds the page and starts the server on a company's customers. */
  static async start(name: string, file: string): Promise<Peer> {
    await bundle(name);
    const server = fork(process.argv[1] ?? "", ["serve", name, file]);
    const ready = once(server, "message");
    const failed = once(server, "exit").then(() => {
      throw new Error(`the server of ${name} ended at once`);
    });
    const [{ port }] = (await Promise.race([ready, failed])) as [{ port: number }];
    failed.catch(() => undefined); // it ends later, when it is told to
    const limit = name === "limit";
    return new Peer(`http://127.0.0.1:${port}`, server, limit, !limit);
  }

  device(features: string[]): Promise<Device> {
    return Device.start(features);
  }

  async firstSync(device: Device): Promise<Held> {
    const page = await device.open(this.url);
    return page.evaluate(async () => {
      const span = await window.harness.pull();
      await new Promise((resolve) => setTimeout(resolve, 100)); // the observer hears of the last task
      return { ms: span.end - span.start, ...window.longest(span) };
    });
  }

  async coldStart(device: Device, how = ""): Promise<{ page: Page; ms: number }> {
    const page = await device.open(`${this.url}/start${how}`);
    return { page, ms: await marked(page, "bench:list") };
  }

  search(page: Page): Promise<number[]> {
    return page.evaluate((steps) => window.harness.find(steps), WORDS.flatMap(typed));
  }

  async query(page: Page): Promise<number[]> {
    if (!this.queries) return [];
    return page.evaluate((steps) => window.harness.query(steps), WORDS.flatMap(typed).slice(0, QUERIES));
  }

  async write(device: Device, strict: boolean): Promise<number[]> {
    const { page } = await this.coldStart(device, strict ? "?strict" : "");
    const rows = newCustomers(WRITES, strict ? "S" : "R");
    return page.evaluate(([rows, pauses]) => window.harness.write(rows, pauses), [rows, pauses] as const);
  }

  async push(device: Device, batch: string): Promise<number> {
    const { page } = await this.coldStart(device);
    await page.evaluate((rows) => window.harness.fill(rows), newCustomers(UNSENT, batch));
    return page.evaluate(() => window.harness.push());
  }

  async stop(): Promise<void> {
    const ended = once(this.server, "exit");
    this.server.kill("SIGKILL");
    await ended;
  }
}
