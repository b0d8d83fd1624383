import type { Page } from "@playwright/test";
import axe from "axe-core";
import { enterCustomer, heldBack } from "../support/company.ts";
import { define, foundDemo } from "../support/demo.ts";
import { ABOVE, addresses, visit } from "../support/pages.ts";
import { expect, SIZES, test } from "../support/world.ts";

declare global {
  interface Window {
    axe: typeof axe;
  }
}

/** What axe finds on the page as it stands, a line each; in the dark theme only the colours are others. */
async function barriers(page: Page, where: string, colorScheme: "light" | "dark" = "light"): Promise<string[]> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  // A change of the scheme is drawn some frames later where many rows are.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 150))));
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const options: axe.RunOptions = {
    resultTypes: ["violations"],
    // WCAG 2.2 asks for targets of a finger's width; axe does so only when told.
    rules: { "target-size": { enabled: true } },
    ...(colorScheme === "dark" && { runOnly: ["color-contrast"], rules: {} }),
  };
  const { violations } = await page.evaluate((options) => window.axe.run(options), options);
  return violations.flatMap(({ id, help, nodes }) => {
    return nodes.map(({ target, failureSummary }) => `${where}: ${id}, ${help}: ${target} ${failureSummary ?? ""}`);
  });
}

/** Texts of the page that do not fit where they stand, a line each. What people entered may be cut with dots. */
function cut(page: Page, where: string): Promise<string[]> {
  return page.evaluate((where) => {
    const found: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) found.push(`${where}: the page is wider than the screen`);
    for (const element of document.querySelectorAll<HTMLElement>("body *")) {
      const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
      const words = own.map((node) => node.textContent?.trim()).join("");
      if (words === "" || element.closest(".one-line, .visually-hidden, datalist, option, textarea")) continue;
      if (!element.checkVisibility({ visibilityProperty: true })) continue;
      const { left, right, width } = element.getBoundingClientRect();
      const inline = getComputedStyle(element).display === "inline";
      const wide = !inline && element.scrollWidth > element.clientWidth + 1;
      const outside = width > 0 && (left < -1 || right > innerWidth + 1) && !element.matches(".skip");
      if (wide || outside) found.push(`${where}: ${wide ? "cut" : "outside"}: ${words}`);
    }
    return found;
  }, where);
}

/** Puts something on pages that a demo company leaves empty. */
async function furnish(page: Page): Promise<void> {
  await visit(page, "/own-fields");
  await define(page, { label: "車型", shape: "choice", choices: ["十輪", "聯結車"], marks: ["listed"] });
  await visit(page, "/customers");
  await page.getByTestId("customers-choose").click();
  await page.getByTestId("customer-row").first().click();
  await page.getByTestId("bulk-delete").click();
  await page.getByTestId("confirm-yes").click();
  await expect(page.getByTestId("bulk")).toHaveCount(0);
}

test("every page keeps nobody out, and shows every text whole in three languages", async ({ world }) => {
  test.setTimeout(600_000);
  const page = await world.device({ size: "phone" }).open();
  await expect(page.getByTestId("first-start")).toBeVisible();
  const found = [...(await barriers(page, "first start")), ...(await cut(page, "first start"))];
  await foundDemo(page);
  await furnish(page);
  await heldBack(page);
  await enterCustomer(page, "還沒送出的客戶");
  const pages = await addresses(page);

  for (const path of pages) {
    await visit(page, path);
    found.push(...(await cut(page, `zh-Hant ${path}`)));
    found.push(...(await barriers(page, `phone ${path}`)));
    await page.setViewportSize(SIZES.desktop);
    found.push(...(await barriers(page, `desktop ${path}`)));
    found.push(...(await barriers(page, `desktop, dark ${path}`, "dark")));
    await page.setViewportSize(SIZES.phone);
  }
  for (const [name, path, open] of ABOVE) {
    await visit(page, path);
    await open(page);
    found.push(...(await barriers(page, name)), ...(await cut(page, name)));
    await page.keyboard.press("Escape");
  }
  for (const language of ["zh-Hans", "en"]) {
    await visit(page, "/settings");
    await page.getByTestId(`language-${language}`).check();
    for (const path of pages) {
      await visit(page, path);
      found.push(...(await cut(page, `${language} ${path}`)));
    }
  }
  expect(found).toEqual([]);
});
