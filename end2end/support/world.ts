import { type BrowserContext, chromium, type Page, test as base } from "@playwright/test";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Server } from "./server.ts";

/** The three sizes that every page is made for. */
export const SIZES = {
  phone: { width: 390, height: 844 },
  tablet: { width: 1024, height: 768 },
  desktop: { width: 1440, height: 900 },
} as const;

export type Size = keyof typeof SIZES;

export interface DeviceOptions {
  size?: Size;
  /** What the browser asks for; the languages of the interface are zh-TW, zh-CN and en-GB. */
  locale?: string;
  /** Where its clock is set to, by its IANA name; the machine's own otherwise. */
  zone?: string;
  /** Tabs come into sight and go out of it as for people; otherwise every page believes that it is in sight. */
  native?: boolean;
}

const BROWSER = "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** One person's device: a browser profile on disk that outlives the browser. */
export class Device {
  private context: BrowserContext | undefined;
  /** The end of a browser that Playwright did not start. */
  private ended: Promise<unknown> | undefined;

  constructor(
    private readonly profile: string,
    private readonly origin: string,
    private readonly options: DeviceOptions,
  ) {}

  /** Opens the browser on the device's profile and goes to a page. */
  async open(path = "/"): Promise<Page> {
    this.context ??= await (this.options.native ? this.launchNative() : this.launch());
    const page = this.context.pages().find((page) => page.url() === "about:blank") ?? (await this.context.newPage());
    await page.goto(this.origin + path);
    return page;
  }

  private launch(): Promise<BrowserContext> {
    const { size = "desktop", locale = "zh-TW", zone } = this.options;
    return chromium.launchPersistentContext(this.profile, {
      executablePath: BROWSER,
      args: FLAGS,
      viewport: SIZES[size],
      hasTouch: size !== "desktop",
      locale,
      timezoneId: zone,
      acceptDownloads: true,
    });
  }

  /** Starts the browser as a person does, and attaches to it without changing anything. */
  private async launchNative(): Promise<BrowserContext> {
    const { size = "desktop", locale = "zh-TW" } = this.options;
    const { width, height } = SIZES[size];
    const how = ["--headless=new", "--remote-debugging-port=0", `--user-data-dir=${this.profile}`];
    const look = [`--window-size=${width},${height}`, `--accept-lang=${locale}`];
    const process = spawn(BROWSER, [...FLAGS, ...how, ...look, "about:blank"], { stdio: "ignore" });
    const port = join(this.profile, "DevToolsActivePort");
    rmSync(port, { force: true });
    for (let attempt = 0; attempt < 200 && !existsSync(port); attempt += 1) await sleep(50);
    await sleep(50); // the file is there before its words are
    const at = readFileSync(port, "utf8").split("\n")[0];
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${at}`, { noDefaults: true });
    const context = browser.contexts()[0];
    if (!context) throw new Error("the browser has no profile");
    const ended = once(process, "exit");
    context.once("close", () => process.kill());
    browser.once("disconnected", () => process.kill());
    this.ended = ended;
    return context;
  }

  /** Ends the browser as a crash does: with no time to write anything more. */
  async crash(): Promise<void> {
    const context = this.context;
    this.context = undefined;
    if (!context) return;
    const closed = new Promise((resolve) => context.once("close", resolve));
    // The browser marks its profile with its host and process.
    const mark = readlinkSync(join(this.profile, "SingletonLock"));
    process.kill(Number(mark.slice(mark.lastIndexOf("-") + 1)), "SIGKILL");
    await closed;
  }

  /** Closes the browser; what it stored stays. */
  async close(): Promise<void> {
    await this.context?.close();
    await this.ended;
    this.context = undefined;
  }
}

/** A server and the devices around it. */
export class World {
  private readonly devices: Device[] = [];
  private readonly profiles = mkdtempSync(join(tmpdir(), "changke-profiles-"));

  constructor(readonly server: Server) {}

  /** A new device with an empty profile. */
  device(options: DeviceOptions = {}): Device {
    const profile = join(this.profiles, String(this.devices.length));
    const device = new Device(profile, this.server.url, options);
    this.devices.push(device);
    return device;
  }

  async dispose(): Promise<void> {
    for (const device of this.devices) await device.close();
    await this.server.dispose();
    rmSync(this.profiles, { recursive: true, force: true });
  }
}

/** Playwright's `test` with a world of its own for every story. */
export const test = base.extend<{ world: World }>({
  world: async ({}, use) => {
    const world = new World(await Server.start());
    await use(world);
    await world.dispose();
  },
});

/** Waits until the page's build is on the device and answers with no network. */
export async function installed(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  });
}

export { expect } from "@playwright/test";
