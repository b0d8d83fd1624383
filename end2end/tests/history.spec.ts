import { change, deviceOf, enterCustomer, found, go, synced } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

test("a colleague's change is read with who, when, from and to, is taken back, and is still read with no network", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  const customer = await enterCustomer(page, "永信貿易");
  await change(page, customer, "source", "展會");
  await synced(page);

  const { page: lin } = await deviceOf(world, "lin");
  await change(lin, customer, "source", "網路");
  await synced(lin);
  await lin.close();

  await go(page, customer);
  await expect(page.getByTestId("customer-source")).toHaveText("網路");
  await expect(page.getByTestId("last-change")).toContainText(/李佳蓉建立於.* · 林小姐最後修改於/);
  await page.getByTestId("customer-menu").click();
  await page.getByTestId("customer-history").click();
  const changes = page.getByTestId("history-change");
  await expect(changes).toHaveCount(3);
  await expect(changes.first()).toContainText("林小姐");
  await expect(changes.first()).toContainText("Chrome");
  await expect(changes.first().getByTestId("history-from")).toHaveText("展會");
  await expect(changes.first().getByTestId("history-to")).toHaveText("網路");
  await expect(changes.last()).toContainText("新增");
  await changes.first().getByTestId("history-restore").click();
  await synced(page);
  await expect(changes).toHaveCount(4);
  await expect(changes.first()).toContainText("李佳蓉");
  await go(page, customer);
  await expect(page.getByTestId("customer-source")).toHaveText("展會");
  await expect(page.getByTestId("last-change")).toContainText("李佳蓉最後修改於");

  await world.server.kill();
  await page.getByTestId("history-open").first().click();
  await expect(page.getByTestId("history-kept")).toBeVisible();
  await expect(changes).toHaveCount(4);
  // Restoring needs no network.
  await changes.nth(1).getByTestId("history-line").filter({ hasText: "展會" }).first().waitFor();
  await changes.first().getByTestId("history-restore").click();
  await go(page, customer);
  await expect(page.getByTestId("customer-source")).toHaveText("網路");
  await world.server.start();
  await synced(page);
});

test("Ctrl K leads to a customer, to what can be done with the one that is open, and to a page, without the mouse", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  const customer = await enterCustomer(page, "永信貿易");
  await enterCustomer(page, "大順貨運");
  await go(page, "/settings");
  await expect(page.getByTestId("settings")).toBeVisible();
  await page.keyboard.press("Control+k");
  const field = page.getByTestId("palette-search");
  await expect(field).toBeFocused();
  await field.fill("yongxin");
  await expect(page.getByTestId("palette-goal").first()).toContainText("永信貿易");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`${customer}$`));
  await page.keyboard.press("Control+k");
  await field.fill("修改紀錄");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("history")).toContainText("永信貿易");
  await page.keyboard.press("Control+k");
  await page.keyboard.press("ArrowUp");
  await expect(page.getByTestId("palette-goal").last()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("palette-search")).toHaveCount(0);
});
