import { type BrowserContext, chromium, type Page, test as base } from "@playwright/test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

  constructor(
    private readonly profile: string,
    private readonly origin: string,
    private readonly options: DeviceOptions,
  ) {}

  /** Opens the browser on the device's profile and goes to a page. */
  async open(path = "/"): Promise<Page> {
    const { size = "desktop", locale = "zh-TW" } = this.options;
    this.context ??= await chromium.launchPersistentContext(this.profile, {
      executablePath: BROWSER,
      args: FLAGS,
      viewport: SIZES[size],
      hasTouch: size !== "desktop",
      locale,
      acceptDownloads: true,
    });
    const page = this.context.pages().find((page) => page.url() === "about:blank") ?? (await this.context.newPage());
    await page.goto(this.origin + path);
    return page;
  }

  /** Closes the browser; what it stored stays. */
  async close(): Promise<void> {
    await this.context?.close();
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
