import type { Page } from "@playwright/test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { go } from "../support/company.ts";
import { ABOVE, addresses, patterns, settled, visit } from "../support/pages.ts";
import { expect, SIZES, test } from "../support/world.ts";
import { furnished, revoked } from "./company.ts";

const OUT = process.env.SCREENS ?? "/tmp/changke-screens";
const LANGUAGES = (process.env.SCREENS_LANGUAGES ?? "zh-Hant,en").split(",");
const KEPT = join(import.meta.dirname, "../../docs/screenshots");
const THEMES = ["light", "dark"] as const;

/** Takes a picture of the page as it stands, in both themes. */
async function picture(page: Page, folder: string, name: string): Promise<void> {
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.waitForTimeout(50); // the colours fade
    const to = join(OUT, folder, colorScheme);
    mkdirSync(to, { recursive: true });
    await page.screenshot({ path: join(to, `${name}.png`) });
  }
}

/** Takes a picture for the README. */
async function kept(page: Page, name: string, path: string, colorScheme: (typeof THEMES)[number] = "light"): Promise<void> {
  // Loaded again: no note and no search is left of what was done before.
  await go(page, path);
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await settled(page);
  await page.screenshot({ path: join(KEPT, `${name}.png`) });
}

/** A file's name for a pattern of the router. */
const named = (pattern: string) => pattern.replaceAll(/[/:]+/g, "-").replace(/^-/, "") || "today";

async function speak(page: Page, language: string): Promise<void> {
  await visit(page, "/settings");
  await page.getByTestId(`language-${language}`).check();
}

test("pictures for the README", async ({ world }) => {
  const { boss, rep } = await furnished(world);
  await kept(rep, "today-phone", "/");
  await kept(rep, "customers-phone", "/customers");
  await kept(rep, "outbox-phone", "/outbox");
  await kept(boss, "customers-desktop-dark", "/customers", "dark");
  await boss.getByTestId("customer-row").nth(3).click();
  await expect(boss.getByTestId("customer")).toBeVisible();
  await kept(boss, "customer-desktop", new URL(boss.url()).pathname);
});

test("pictures of every page", async ({ world }) => {
  const first = await world.device({ size: "phone" }).open();
  await expect(first.getByTestId("first-start")).toBeVisible();
  for (const [size, box] of Object.entries(SIZES)) {
    await first.setViewportSize(box);
    await picture(first, `zh-Hant/${size}`, "first-start");
  }
  const { boss, rep } = await furnished(world);
  await revoked(world, boss);
  const pages = await addresses(boss);
  for (const language of LANGUAGES) {
    for (const [size, box] of Object.entries(SIZES)) {
      await boss.setViewportSize(box);
      await speak(boss, language);
      for (const [at, pattern] of patterns().entries()) {
        await visit(boss, pages[at]);
        await picture(boss, `${language}/${size}`, named(pattern));
      }
      for (const [name, path, open] of ABOVE) {
        await visit(boss, path);
        await open(boss);
        await settled(boss);
        await picture(boss, `${language}/${size}`, `above-${name}`);
        await boss.goto(boss.url());
        await settled(boss);
      }
    }
    await speak(rep, language);
    for (const path of ["/", "/outbox", "/customers", "/people", "/settings"]) {
      await visit(rep, path);
      await picture(rep, `${language}/phone`, `rep-${named(path)}`);
    }
  }
});
