import { type BrowserContext, chromium, type Page } from "@playwright/test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pageScript } from "./bundle.ts";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** A fresh browser profile. A blank tab keeps the browser running between pages. */
export class Device {
  private constructor(
    private readonly profile: string,
    private readonly context: BrowserContext,
  ) {}

  /** Starts a browser with the features of Chromium that a variant wants. */
  static async start(features: string[], scripts: string[] = []): Promise<Device> {
    const profile = mkdtempSync(join(tmpdir(), "changke-bench-"));
    const enabled = features.length > 0 ? [`--enable-features=${features.join()}`] : [];
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: "/usr/bin/chromium",
      args: [...FLAGS, ...enabled],
      viewport: { width: 1440, height: 900 },
      locale: "zh-TW",
      // Whoever interrupts the benchmark wants the servers ended too.
      handleSIGINT: false,
      handleSIGTERM: false,
    });
    await context.addInitScript({ path: pageScript("watch") });
    for (const content of scripts) await context.addInitScript({ content });
    return new Device(profile, context);
  }

  /** Opens a page, the only one beside the blank tab. */
  async open(url: string): Promise<Page> {
    const [, ...others] = this.context.pages();
    for (const page of others) await page.close();
    const page = await this.context.newPage();
    page.on("pageerror", (error) => console.error(`${url}: ${error.message}`));
    await page.goto(url);
    return page;
  }

  /** Closes the browser and deletes the profile. */
  async dispose(): Promise<void> {
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true });
  }
}

/** Waits for a mark and returns when it was set; ms since the navigation began. */
export async function marked(page: Page, name: string, timeout = 120_000): Promise<number> {
  const found = await page.waitForFunction((name) => performance.getEntriesByName(name).at(-1)?.startTime, name, {
    timeout,
    polling: 50,
  });
  return (await found.jsonValue()) ?? 0;
}
