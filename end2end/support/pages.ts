import { expect, type Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROUTES = join(import.meta.dirname, "../../app/src/routes.rs");

/** The patterns of the router, `/customers/:id/edit`, as its source lists them. */
export function patterns(): string[] {
  const tags = readFileSync(ROUTES, "utf8").matchAll(/<(\/?(?:Parent)?Route)\b(?:[^>]*?path!\("([^"]*)"\))?/g);
  const [parents, found]: [string[], string[]] = [[""], []];
  for (const [, tag, path = ""] of tags) {
    const whole = `${parents.at(-1)}/${path}`.replace(/\/+/g, "/").replace(/(.)\/$/, "$1");
    if (tag === "ParentRoute") parents.push(whole);
    else if (tag === "/ParentRoute") parents.pop();
    else found.push(whole);
  }
  return found;
}

/** Goes to an address without loading the application again. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate((path) => {
    const link = document.body.appendChild(document.createElement("a"));
    link.href = path;
    link.click();
    link.remove();
  }, path);
  await page.waitForURL((url) => url.pathname + url.search === path);
  await settled(page);
}

/** Waits until everything that is being drawn stands still. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole("heading").filter({ visible: true }).first()).toBeVisible();
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (let still = 0, before = ""; still < 3; ) {
      await new Promise((drawn) => setTimeout(drawn, 40));
      const now = document.body.innerText;
      still = now === before ? still + 1 : 0;
      before = now;
    }
  });
}

/** Opens one of something in a list, the first unless said, and returns the address of its page. */
async function opened(page: Page, list: string, testid: string, at = 0): Promise<string> {
  await visit(page, list);
  await page.getByTestId(testid).filter({ visible: true }).nth(at).click();
  await expect(page).not.toHaveURL((url) => url.pathname === list);
  return new URL(page.url()).pathname;
}

/** Every page that the router knows, by its address in this company: what it names is the first of its kind. */
export async function addresses(page: Page): Promise<string[]> {
  const customer = await opened(page, "/customers", "customer-row");
  const other = await opened(page, "/customers", "customer-row", 1);
  const record = await opened(page, customer, "record-open");
  const known: [pattern: string, address: string][] = [
    ["/customers/:id/contacts/:contact", await opened(page, customer, "contact-open")],
    ["/customers/:id/next-actions/:action", await opened(page, customer, "action-open")],
    ["/customers/:id/history/:kind/:record", await opened(page, customer, "history-open")],
    ["/customers/:id/records/:record", record],
    ["/customers/:id/visit/:record", record.replace("/records/", "/visit/")],
    ["/customers/:id/merge/:other", `${customer}/merge/${other.split("/").at(-1)}`],
    ["/customers/:id", customer],
    ["/people/departments/:id", await opened(page, "/people", "department-row")],
    ["/people/:id", await opened(page, "/people", "person-row")],
    ["/pools/:id", await opened(page, "/pools", "pool-settings")],
    ["/opportunities/:id", await opened(page, "/opportunities", "board-card")],
    ["/pipelines/:id", await opened(page, "/pipelines", "pipeline-row")],
    ["/own-fields/:id", await opened(page, "/own-fields", "own-field-open")],
  ];
  return patterns().map((pattern) => {
    const [from, to] = known.find(([start]) => pattern.startsWith(start)) ?? ["", ""];
    const address = to + pattern.slice(from.length);
    if (address.includes(":")) throw new Error(`nothing says what ${pattern} opens: add it here`);
    return address;
  });
}

/** What opens above a page, or changes it. */
export const ABOVE: [name: string, path: string, open: (page: Page) => Promise<void>][] = [
  ["add", "/", (page) => page.getByTestId("nav-add").click()],
  ["filters", "/customers", (page) => page.getByTestId("customers-filter").click()],
  ["choosing", "/customers", (page) => page.getByTestId("customers-choose").click()],
  ["nothing-found", "/customers", (page) => page.getByTestId("customers-search").fill("沒有這一家")],
  ["palette", "/", (page) => page.keyboard.press("Control+k")],
  ["errors", "/customers/new", (page) => page.getByTestId("save").click()],
  ["sign-out", "/settings", (page) => page.getByTestId("sign-out").click()],
  ["pin", "/settings", (page) => page.getByTestId("pin-set").click()],
  ["import-preview", "/import", async (page) => {
    const rows = "客戶名稱,電話,等級\n新的一家,02-2345-6789,A\n寫錯的一家,沒有電話,B\n";
    const file = { name: "rows.csv", mimeType: "text/csv", buffer: Buffer.from(rows) };
    await page.getByTestId("import-input").setInputFiles(file);
    await expect(page.getByTestId("import-run")).toBeEnabled();
  }],
];
