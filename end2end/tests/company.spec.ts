import { join } from "node:path";
import { deviceOf, enterCustomer, find, found, go, heldBack, PASSWORD, pill, signIn, synced } from "../support/company.ts";
import { rebuild, SECOND } from "../support/site.ts";
import { expect, test, type World } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

const NORTHWIND = join(import.meta.dirname, "../data/northwind-customers.csv");

test("Northwind goes in with its phones and foreign addresses", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await go(page, "/import");
  await page.getByTestId("import-input").setInputFiles(NORTHWIND);
  await page.getByTestId("import-run").click();
  await expect(page.getByTestId("import-finished")).toBeVisible({ timeout: 60_000 });
  await synced(page);
  const second = await deviceOf(world, "li", { size: "phone" });
  await go(second.page, "/customers");
  await expect(second.page.getByTestId("customers-count")).toContainText("91");
  await (await find(second.page, "taqueria")).first().click();
  const customer = second.page.getByTestId("customer");
  for (const text of ["Antonio Moreno Taquería", "(5) 555-3932", "México D.F."]) await expect(customer).toContainText(text);
  await expect(customer).not.toContainText("NULL");
});

test("a customer that goes to somebody else leaves the device", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  const customer = await enterCustomer(page, "換人負責");
  await synced(page);
  await assign(world, customer.split("/").pop()!, "chen");
  await expect(await find(page, "換人負責")).toHaveCount(0, { timeout: 45_000 });
  await go(page, customer);
  await expect(page.getByTestId("not-on-device")).toBeVisible();
  const other = await deviceOf(world, "chen");
  await expect(await find(other.page, "換人負責")).toHaveCount(1);
});

test("another person signs in in a second tab, and nothing is mixed", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await world.server.kill();
  await enterCustomer(page, "李的客戶");
  await world.server.start();
  const tab = await page.context().newPage();
  await tab.goto(`${world.server.url}/sign-in`);
  await signIn(tab, "chen");
  await synced(tab);
  await expect(await find(tab, "李的客戶")).toHaveCount(0);
  await signInAgain(page);
  await synced(page);
  const second = await deviceOf(world, "chen");
  await expect(await find(second.page, "李的客戶")).toHaveCount(0);
  const third = await deviceOf(world, "li");
  await expect(await find(third.page, "李的客戶")).toHaveCount(1);
});

/** The first person comes back to the tab and signs in. */
async function signInAgain(page: import("@playwright/test").Page): Promise<void> {
  await go(page, "/sign-in");
  await signIn(page, "li");
}

test("the application is updated to a second build with a full outbox", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await world.server.kill();
  const customer = await enterCustomer(page, "更新之前輸入");
  const first = await page.evaluate(() => window.changke.build);
  const site = join(world.server.data, "second-build");
  await rebuild(site, first);
  const letOut = await heldBack(page);
  await world.server.start(site);
  await page.evaluate(() => window.changke.checkForUpdate());
  await page.getByTestId("update-apply").click();
  await expect.poll(() => page.evaluate(() => window.changke?.build).catch(() => "")).toBe(SECOND);
  await go(page, customer);
  await expect(page.getByTestId("customer")).toContainText("更新之前輸入");
  await expect(pill(page)).not.toHaveAttribute("data-state", "synced");
  await letOut();
  await synced(page);
});

/** Lets the administrator give a customer to somebody, as a device of his would. */
async function assign(world: World, customer: string, signInName: string): Promise<void> {
  const api = async (path: string, body: unknown, cookie = "") =>
    fetch(`${world.server.url}/api/v1${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie },
      body: JSON.stringify(body),
    });
  const client = crypto.randomUUID();
  const to = await (await api("/session", { sign_in: signInName, password: PASSWORD, client: crypto.randomUUID() })).json();
  const session = await api("/session", { sign_in: "wang", password: PASSWORD, client });
  const cookie = session.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  const who = await session.json();
  const now = Date.now();
  const entry = {
    id: crypto.randomUUID(),
    n: 1,
    name: "customer_assign",
    v: 1,
    args: { id: customer, owner: to.user.id },
    happened: now,
    happened_raw: now,
    business_date: new Date(now).toISOString().slice(0, 10),
    seen: 0,
  };
  const caller = { protocol: 1, organisation: who.organisation.id, user: who.user.id, client };
  const answer = await (await api("/push", { caller, entries: [entry] }, cookie)).json();
  expect(JSON.stringify(answer)).toContain("applied");
}
