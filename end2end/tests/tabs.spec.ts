import type { BrowserContext, Page, Route } from "@playwright/test";
import { deviceOf, enterCustomer, found, go, pill, synced } from "../support/company.ts";
import { browserOf } from "../support/storage.ts";
import { expect, test, type World } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

interface Push {
  from: Page;
  ids: string[];
}

/** Every push of a device from now on: which tab it came from, and what was in it. */
function pushesOf(context: BrowserContext): Push[] {
  const pushes: Push[] = [];
  context.on("request", (request) => {
    if (new URL(request.url()).pathname !== "/api/v1/push") return;
    const entries: { id: string }[] = request.postDataJSON().entries;
    pushes.push({ from: request.frame().page(), ids: entries.map(({ id }) => id) });
  });
  return pushes;
}

/** A second tab of the same device, on the list of customers. */
async function secondTab(world: World, page: Page): Promise<Page> {
  const tab = await page.context().newPage();
  await tab.goto(`${world.server.url}/customers`);
  await expect(tab.getByTestId("customers-count")).toBeVisible();
  return tab;
}

/** What the server has, as a new device of the same person sees it. */
async function expectOnServer(world: World, names: string[]): Promise<void> {
  const { page } = await deviceOf(world, "li");
  await go(page, "/customers");
  await expect(page.getByTestId("customer-row")).toHaveCount(names.length);
  for (const name of names) await expect(page.getByTestId("customer-row").filter({ hasText: name })).toHaveCount(1);
}

test("another tab shows an entry at once", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  const tab = await secondTab(world, page);
  await world.server.kill();
  await go(page, "/customers/new");
  const shown = tab.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = () => document.body.textContent?.includes("兩個分頁") && resolve(Date.now());
        new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
      }),
  );
  const pressed = page.evaluate(
    () => new Promise<number>((resolve) => addEventListener("submit", () => resolve(Date.now()), { capture: true })),
  );
  await page.getByTestId("field-name").fill("兩個分頁");
  await page.getByTestId("save").click();
  await expect(tab.getByTestId("customer-row")).toContainText("兩個分頁");
  await expect(pill(tab)).not.toHaveAttribute("data-state", "synced");
  console.log(`from the press of the button to the other tab: ${(await shown) - (await pressed)} ms`);
});

test("the leading tab is closed while it sends: another one takes over, and the server has everything once", async ({ world }) => {
  const { page: leader } = await deviceOf(world, "li");
  const pushes = pushesOf(leader.context());
  const tab = await secondTab(world, leader);
  // A page that is left hands the lead over, so after this the first tab has it.
  await enterCustomer(tab, "交接之前");
  await synced(tab);
  expect(pushes.at(-1)?.from).toBe(leader);

  // The server carries it out, and the answer never arrives.
  let carriedOut = false;
  await leader.route("**/api/v1/push", async (route: Route) => {
    await route.fetch();
    carriedOut = true;
  });
  await enterCustomer(tab, "送到一半");
  await expect.poll(() => carriedOut).toBe(true);
  await leader.close();
  await synced(tab);
  expect(pushes.at(-1)?.from).toBe(tab);
  await enterCustomer(tab, "交接之後");
  await synced(tab);
  await expectOnServer(world, ["交接之前", "送到一半", "交接之後"]);
});

/** Some tab of the device holds the lock of the leader. */
async function leads(): Promise<boolean> {
  const { held } = await navigator.locks.query();
  return (held ?? []).some(({ name }) => name?.endsWith("/leader"));
}

test("the leading tab is frozen: another one takes over, and nothing is sent twice", async ({ world }) => {
  const { page: leader } = await deviceOf(world, "li", { native: true });
  const pushes = pushesOf(leader.context());
  await enterCustomer(leader, "凍結之前");
  await synced(leader);
  // Out of sight it leads on, as nobody else does; frozen it keeps the lead and does nothing.
  const tab = await leader.context().newPage();
  const browser = await browserOf(leader);
  await expect.poll(() => leader.evaluate(() => document.visibilityState)).toBe("hidden");
  // A browser does not freeze a page that is at work with its database.
  await leader.waitForTimeout(5_000);
  await expect.poll(() => leader.evaluate(leads)).toBe(true);
  await browser.send("Page.setWebLifecycleState", { state: "frozen" });
  await tab.goto(`${world.server.url}/customers`);
  await enterCustomer(tab, "凍結之間");
  await synced(tab);
  expect(pushes.at(-1)?.from).toBe(tab);

  await browser.send("Page.setWebLifecycleState", { state: "active" });
  await enterCustomer(tab, "解凍之後");
  await synced(tab);
  await leader.bringToFront();
  await go(leader, "/customers");
  await expect(leader.getByTestId("customer-row")).toHaveCount(3);
  await synced(leader);

  const ids = pushes.flatMap((push) => push.ids);
  expect(new Set(ids).size).toBe(3);
  expect(ids).toHaveLength(3);
  await expectOnServer(world, ["凍結之前", "凍結之間", "解凍之後"]);
});
