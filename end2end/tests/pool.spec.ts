import { deviceOf, enterCustomer, found, go, heldBack, synced } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

test("two claim one customer offline: the first to arrive has it, the other learns who it was", async ({ world }) => {
  const { page: boss } = await deviceOf(world, "wang");
  await go(boss, "/pools/new");
  await boss.getByTestId("save").click();
  await expect(boss.getByTestId("pool-form")).toContainText("請填寫這一欄");
  await boss.getByTestId("field-name").fill("南區公海");
  const members = boss.getByTestId("pool-members");
  await members.locator("summary").click();
  for (const name of ["李佳蓉", "陳文傑"]) await members.getByLabel(name).check();
  await boss.getByTestId("rule-add").click();
  await boss.getByLabel("幾天沒聯系").fill("5");
  await boss.getByLabel("每人每天可領").fill("3");
  await boss.getByTestId("save").click();
  await expect(boss.getByTestId("pool-settings")).toContainText("南區公海");
  await synced(boss);

  // The owner sees how long they have the customer yet, and gives it up with a reason.
  const { page: li } = await deviceOf(world, "li", { size: "phone" });
  await enterCustomer(li, "鼎盛五金");
  await expect(li.getByTestId("customer-pills").getByTestId("days-left")).toHaveText("5 天後回收");
  await go(li, "/");
  await expect(li.getByTestId("today-falling")).toContainText("鼎盛五金");
  await li.getByTestId("falling-row").click();
  await li.getByTestId("customer-menu").click();
  await li.getByTestId("customer-release").click();
  await li.getByTestId("release-yes").click();
  await expect(li.getByTestId("release-dialog")).toContainText("請填寫這一欄");
  await li.getByTestId("field-reason").fill("聯絡不上");
  await li.getByTestId("release-yes").click();
  await synced(li);

  const { page: chen } = await deviceOf(world, "chen", { size: "phone" });
  for (const page of [chen, li]) {
    await go(page, "/pools");
    await expect(page.getByTestId("pool-card")).toContainText("鼎盛五金");
    await expect(page.getByTestId("quota-left")).toHaveText("今天還能領 3 家");
  }
  await world.server.kill();
  for (const page of [chen, li]) {
    await page.getByTestId("pool-claim").click();
    await expect(page.getByTestId("pool-claimed")).toBeVisible();
  }
  // There is something to write down before the server has decided.
  await li.getByTestId("pool-note").click();
  await li.getByTestId("field-text").fill("對方說下週再談");
  await li.getByTestId("save").click();
  await expect(li.getByTestId("pools")).toBeVisible();
  const letGo = await heldBack(li);
  await world.server.start();
  await synced(chen);
  await letGo();
  await go(li, "/outbox");
  // What was written is kept with its author.
  const attention = li.getByTestId("outbox-attention");
  await expect(attention).toHaveCount(2);
  await expect(attention.first().getByTestId("entry-why")).toContainText("陳文傑");
  await go(li, "/pools");
  await expect(li.getByTestId("pool-empty")).toBeVisible();

  await go(chen, "/customers");
  await chen.getByTestId("customer-row").click();
  const log = chen.getByTestId("owner-log");
  await expect(log.getByTestId("owner-log-line")).toHaveCount(2);
  await expect(log).toContainText("陳文傑領取");
  await expect(log.getByTestId("owner-log-reason")).toHaveText("聯絡不上");
});
