import { join } from "node:path";
import { change, deviceOf, enterCustomer, find, found, go, pill, signIn, synced } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

test("what is entered with the server killed survives reload and restart, and reaches a second device", async ({ world }) => {
  const { device, page } = await deviceOf(world, "li", { size: "phone" });
  await world.server.kill();

  const customer = await enterCustomer(page, "遠東機電行");
  await page.reload();
  await expect(page.getByTestId("customer")).toContainText("遠東機電行");
  await device.close();
  const again = await device.open(customer);
  await expect(again.getByTestId("customer")).toContainText("遠東機電行");
  await expect(pill(again)).not.toHaveAttribute("data-state", "synced");

  await world.server.start();
  await synced(again);
  const second = await deviceOf(world, "li");
  await expect(await find(second.page, "ydjd")).toContainText("遠東機電行");
});

test("a contact record and its next action are written in one step, offline", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone" });
  const customer = await enterCustomer(page, "宏遠精密");
  await world.server.kill();
  await page.getByTestId("record-contact").filter({ visible: true }).first().click();
  await page.getByTestId("field-text").fill("要求月底前給含稅價");
  await page.getByTestId("due-tomorrow").click();
  await page.getByTestId("field-what").fill("送報價");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("timeline")).toContainText("要求月底前給含稅價");
  await expect(page.getByTestId("next-actions")).toContainText("送報價");

  await world.server.start();
  await synced(page);
  const second = await deviceOf(world, "li");
  await go(second.page, customer);
  await expect(second.page.getByTestId("timeline")).toContainText("要求月底前給含稅價");
});

test("different fields merge, one field with two values is shown to both, and either can be restored", async ({ world }) => {
  const one = await deviceOf(world, "li");
  const customer = await enterCustomer(one.page, "永信貿易");
  await synced(one.page);
  const other = await deviceOf(world, "lin");
  await go(other.page, customer);
  await expect(other.page.getByTestId("customer")).toContainText("永信貿易");
  await world.server.kill();

  await change(one.page, customer, "address", "台中市西屯區");
  await change(one.page, customer, "name", "永信國際貿易");
  await change(other.page, customer, "email", "info@yongxin.com.tw");
  await change(other.page, customer, "name", "永信貿易股份有限公司");
  await world.server.start();
  await synced(one.page);
  await synced(other.page);
  await one.page.reload();
  await synced(one.page);

  for (const page of [one.page, other.page]) {
    await go(page, customer);
    await expect(page.getByTestId("customer")).toContainText("台中市西屯區");
    await expect(page.getByTestId("customer")).toContainText("info@yongxin.com.tw");
    const conflict = page.getByTestId("conflict");
    for (const value of ["永信貿易", "永信國際貿易", "永信貿易股份有限公司"]) await expect(conflict).toContainText(value);
  }
});

test("the session ends with a full outbox: signing in again sends everything", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone" });
  await world.server.kill();
  await enterCustomer(page, "華昌電子");
  await page.context().clearCookies();
  await world.server.start();
  await expect(pill(page)).toHaveAttribute("data-state", "signed-out", { timeout: 45_000 });
  await expect(await find(page, "華昌")).toHaveCount(1);
  await go(page, "/sign-in");
  await signIn(page, "li");
  await synced(page);
  const second = await deviceOf(world, "li");
  await expect(await find(second.page, "hcdz")).toContainText("華昌電子");
});

test("the server is restored from a backup and gets its entries back", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  const backup = join(world.server.data, "..", `changke-backup-${process.pid}-${Date.now()}.sqlite`);
  world.server.command("backup", backup);
  await enterCustomer(page, "備份之後建立");
  await synced(page);
  await world.server.kill();
  world.server.command("restore", backup, "--force");
  await world.server.start();
  await page.reload();
  await synced(page);
  const second = await deviceOf(world, "li");
  await expect(await find(second.page, "備份之後")).toHaveCount(1, { timeout: 60_000 });
});

test("a half-filled form survives a reload", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone" });
  await go(page, "/customers/new");
  await page.getByTestId("field-name").fill("寫到一半");
  await page.waitForTimeout(1_000);
  await page.reload();
  await expect(page.getByTestId("field-name")).toHaveValue("寫到一半");
});
