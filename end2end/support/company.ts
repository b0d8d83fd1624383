import { expect, type Page } from "@playwright/test";
import { installed, type DeviceOptions, type World } from "./world.ts";

export const PASSWORD = "馬到成功 2026";

/** Founds a company with an administrator and a few people. */
export async function found(world: World): Promise<void> {
  const answer = await fetch(`${world.server.url}/api/v1/set-up`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      organisation: { name: "鼎盛貿易", language: "zh-Hant" },
      name: "王經理",
      sign_in: "wang",
      password: PASSWORD,
    }),
  });
  if (!answer.ok) throw new Error(`the company cannot be founded: ${answer.status} ${await answer.text()}`);
  person(world, "李佳蓉", "li", "sales_rep");
  person(world, "陳文傑", "chen", "sales_rep");
  person(world, "林小姐", "lin", "sales_assistant");
}

/** Adds a person on the server's command line. */
export function person(world: World, name: string, signIn: string, role: string): void {
  const words = ["user", "add", "--name", name, "--sign-in", signIn, "--role", role, "--password-stdin"];
  world.server.commandWith(`${PASSWORD}\n`, ...words);
}

/** Fills the sign-in form. */
export async function signIn(page: Page, name: string): Promise<void> {
  await page.getByTestId("field-sign_in").fill(name);
  await page.getByTestId("field-password").fill(PASSWORD);
  await page.getByTestId("sign-in").click();
  await expect(page.getByTestId("sync-pill").first()).toBeVisible();
}

/** A new device on which somebody has signed in and the build is kept. */
export async function deviceOf(world: World, name: string, options: DeviceOptions = {}) {
  const device = world.device(options);
  const page = await device.open();
  await signIn(page, name);
  await installed(page);
  await synced(page);
  return { device, page };
}

/** Waits until the indicator says that nothing waits. */
export async function synced(page: Page): Promise<void> {
  await expect(pill(page)).toHaveAttribute("data-state", "synced", { timeout: 45_000 });
}

/** Lets nothing out of the device's outbox until the returned function is called, although the server answers. */
export async function heldBack(page: Page): Promise<() => Promise<void>> {
  const pushes = "**/api/v1/push";
  await page.context().route(pushes, (route) => route.abort());
  return () => page.context().unroute(pushes);
}

/** The sync indicator of this width. */
export function pill(page: Page) {
  return page.getByTestId("sync-pill").filter({ visible: true }).first();
}

/** Enters a customer by the form and returns the address of its page. */
export async function enterCustomer(page: Page, name: string): Promise<string> {
  await go(page, "/customers/new");
  await page.getByTestId("field-name").fill(name);
  await page.getByTestId("save").click();
  await expect(page.getByTestId("customer")).toContainText(name);
  return new URL(page.url()).pathname;
}

/** Changes one field of a customer by the form. */
export async function change(page: Page, customer: string, field: string, value: string): Promise<void> {
  await go(page, `${customer}/edit`);
  const input = page.getByTestId(`field-${field}`);
  await input.waitFor({ state: "attached" });
  // What is rarely filled in lies in groups that are closed.
  const group = page.locator("details:not([open])").filter({ has: input });
  if ((await group.count()) > 0) await group.locator("summary").click();
  await input.fill(value);
  await page.getByTestId("save").click();
  await expect(page.getByTestId("customer")).toContainText(value);
}

/** Goes to an address as a link does; with no network the shell on the device answers. */
export async function go(page: Page, path: string): Promise<void> {
  await page.goto(new URL(path, page.url()).href);
}

/** Looks for a customer in the list. */
export async function find(page: Page, words: string) {
  await go(page, "/customers");
  await page.getByTestId("customers-search").fill(words);
  return page.getByTestId("customer-row");
}
