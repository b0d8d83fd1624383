import { deviceOf, enterCustomer, found, go, synced } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

const FILE = [
  "客戶名稱,電話,聯絡人,統一編號",
  "鼎盛五金有限公司,07-234-5678,,",
  "鼎晟五金,,陳採購,04595257",
  "永信貿易股份有限公司,,,",
  "永信貿易 (台中),,,",
  "遠東機電行,,,",
].join("\n");

test("suspected duplicates are worked through offline: two are one, two are not", async ({ world }) => {
  const { page } = await deviceOf(world, "wang", { size: "phone" });
  await go(page, "/import");
  const file = { name: "five.csv", mimeType: "text/csv", buffer: Buffer.from(FILE) };
  await page.getByTestId("import-input").setInputFiles(file);
  await page.getByTestId("import-run").click();
  await expect(page.getByTestId("import-finished")).toBeVisible();
  await synced(page);
  await world.server.kill();

  await page.getByTestId("nav-more").click();
  await page.getByTestId("nav-duplicates").click();
  const suspects = page.getByTestId("suspect");
  await expect(suspects).toHaveCount(2);
  const yongxin = suspects.filter({ hasText: "永信" });
  await expect(yongxin.getByTestId("suspect-why")).toContainText("名稱相同");
  await yongxin.getByTestId("suspect-distinct").click();
  await expect(suspects).toHaveCount(1);
  await page.getByTestId("toast-undo").click();
  await expect(suspects).toHaveCount(2);
  await yongxin.getByTestId("suspect-distinct").click();
  await expect(suspects).toHaveCount(1);

  await suspects.getByTestId("suspect-merge").click();
  // The one with a contact stays; it has the tax number, and the telephone of the other is kept as well.
  await expect(page.getByTestId("merge-stays")).toHaveText("鼎晟五金");
  await page.getByTestId("merge-name-goes").check();
  await page.getByTestId("merge-run").click();
  await page.getByTestId("confirm-yes").click();
  await expect(page.getByTestId("customer")).toContainText("鼎盛五金有限公司");
  await expect(page.getByTestId("customer")).toContainText("陳採購");
  await expect(page.getByTestId("customer")).toContainText("04595257");
  await world.server.start();
  await synced(page);

  // Whoever comes later sees one customer, finds it by its old name, and is not asked about the other pair again.
  const { page: later } = await deviceOf(world, "wang");
  await go(later, "/customers");
  await expect(later.getByTestId("customer-row")).toHaveCount(4);
  await later.getByTestId("customers-search").fill("鼎晟");
  await expect(later.getByTestId("customer-row")).toHaveCount(1);
  await go(later, "/duplicates");
  await expect(later.getByTestId("duplicates-none")).toBeVisible();

  // It was a mistake: within thirty days two of one again, each with what was its own.
  await go(later, "/customers");
  await later.getByTestId("customer-row").filter({ hasText: "鼎盛五金有限公司" }).click();
  await later.getByTestId("unmerge").click();
  await expect(later.getByRole("dialog")).toContainText("「鼎盛五金有限公司」會恢復成單獨一家客戶");
  await later.getByTestId("confirm-yes").click();
  await expect(later.getByTestId("merged-here")).toHaveCount(0);
  await expect(later.getByTestId("customer")).toContainText("鼎晟五金");
  await expect(later.getByTestId("customer")).toContainText("陳採購");
  await synced(later);
  await go(page, "/customers");
  await expect(page.getByTestId("customer-row")).toHaveCount(5);
});

test("撞單: whoever enters a customer of somebody else is warned with no network, and is not told whose it is", async ({
  world,
}) => {
  const li = await deviceOf(world, "li");
  await enterCustomer(li.page, "鼎盛五金有限公司");
  await synced(li.page);
  // The server looks after itself at its start.
  await world.server.kill();
  await world.server.start();
  const { page } = await deviceOf(world, "chen", { size: "phone" });
  const stranger = page.getByTestId("possible-stranger");
  await expect(async () => {
    await go(page, "/customers/new");
    await page.getByTestId("field-name").fill("鼎盛五金");
    await expect(stranger).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  await world.server.kill();

  await go(page, "/customers/new");
  await page.getByTestId("field-name").fill("大通電子");
  await expect(stranger).toHaveCount(0);
  await page.getByTestId("field-name").fill("鼎盛五金");
  await expect(stranger).toContainText("可能撞單");
  await expect(stranger).not.toContainText("李佳蓉");
  await expect(page.getByTestId("possible-duplicate")).toHaveCount(0);

  // Neither knows of the other: the customer is entered, and the upload is not refused.
  await page.getByTestId("save").click();
  await expect(page.getByTestId("customer")).toContainText("鼎盛五金");
  await world.server.start();
  await synced(page);

  // The manager has both side by side, the owner learns of it, and whoever asks learns the family name.
  const boss = await deviceOf(world, "wang", { size: "desktop" });
  const clash = boss.page.getByTestId("clash");
  await go(boss.page, "/");
  await expect(clash).toHaveCount(1, { timeout: 30_000 });
  await expect(clash).toContainText("陳文傑");
  await expect(clash.getByTestId("clash-merge")).toBeVisible();
  await expect(li.page.getByTestId("clash-notice")).toContainText("陳文傑", { timeout: 30_000 });

  await go(page, "/customers/new");
  await page.getByTestId("field-name").fill("鼎盛五金有限公司");
  await stranger.getByTestId("whose").click();
  await expect(page.getByTestId("whose-found")).toContainText("李○");
  await expect(page.getByTestId("whose-found")).not.toContainText("李佳蓉");
  await page.getByTestId("whose-want").click();
  await expect(page.getByTestId("whose-told")).toBeVisible();
  await expect(clash).toHaveCount(2, { timeout: 30_000 });
  await world.server.kill();
  const asked = clash.filter({ hasText: "接洽" });
  await asked.getByTestId("clash-settle").click();
  await expect(clash).toHaveCount(1);
  await clash.getByTestId("clash-settle").click();
  await expect(clash).toHaveCount(0);
});
