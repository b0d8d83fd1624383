import type { Page } from "@playwright/test";
import { deviceOf, enterCustomer, found, go, synced } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

/** Puts a customer that is searched into the day that is shown. */
async function plan(page: Page, name: string): Promise<void> {
  await page.getByTestId("field-visit-search").fill(name);
  const row = page.getByTestId("candidate").filter({ hasText: name });
  await row.getByTestId("candidate-add").click();
  await expect(page.getByTestId("visit").filter({ hasText: name })).toBeVisible();
  await page.getByTestId("field-visit-search").fill("");
}

test("a day of visits with no network: planned, ordered, checked in, ended, and in the day report that the manager comments", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone" });
  const context = page.context();
  await context.grantPermissions(["geolocation"]);
  await context.setGeolocation({ latitude: 25.033964, longitude: 121.564468, accuracy: 20 });
  await world.server.kill();
  for (const name of ["鼎盛五金", "大安建材", "信義水電"]) await enterCustomer(page, name);

  await go(page, "/visits");
  await expect(page.getByTestId("visits-none")).toBeVisible();
  for (const name of ["鼎盛五金", "大安建材"]) await plan(page, name);
  await page.getByTestId("visit").filter({ hasText: "大安建材" }).getByTestId("visit-up").click();
  await expect(page.getByTestId("visit").first()).toContainText("大安建材");
  await page.getByTestId("visit").last().getByTestId("visit-menu").click();
  await page.getByTestId("visit").last().getByTestId("visit-cancel").click();
  await page.getByTestId("visit-cancel-dialog").getByTestId("field-reason").fill("客戶出差");
  await page.getByTestId("visit-cancel-yes").click();
  await expect(page.getByTestId("visit").last()).toContainText("客戶出差");
  await expect(page.getByTestId("visits-progress")).toHaveText("1 家，已拜訪 0 家");

  // At the door: the position is kept with the contact record, and offered as that of the customer.
  await page.getByTestId("visit").first().getByTestId("visit-check-in").click();
  await page.getByTestId("check-in-with").click();
  await expect(page.getByTestId("visit-page").getByTestId("checked-in")).toContainText("誤差 20 公尺以內");
  await page.getByTestId("store-position").click();
  await expect(page.getByTestId("visit-page").getByTestId("checked-in")).toContainText("離客戶位置 0 公尺");
  await page.getByTestId("field-text").fill("看了新樣品");
  await page.getByTestId("field-what").fill("送報價");
  await page.getByTestId("due-tomorrow").click();
  // What began survives the device being put away.
  await page.reload();
  await expect(page.getByTestId("field-text")).toHaveValue("看了新樣品");
  await page.getByTestId("check-out").click();
  await expect(page.getByTestId("visit").first().getByTestId("visit-state")).toHaveText("已拜訪");
  await expect(page.getByTestId("visits-progress")).toHaveText("1 家，已拜訪 1 家");

  // Near me: measured on the device.
  await context.setGeolocation({ latitude: 25.047924, longitude: 121.517081, accuracy: 20 });
  await page.getByTestId("day-after").click();
  await page.getByTestId("visits-near").click();
  await expect(page.getByTestId("candidate")).toContainText(["大安建材"]);
  await expect(page.getByTestId("candidate-why")).toHaveText("5.0 公里");

  // Off the plan, by somebody who does not say where they are.
  await context.clearPermissions();
  await go(page, "/customers");
  await page.getByTestId("customer-row").filter({ hasText: "信義水電" }).click();
  await page.getByTestId("customer-menu").click();
  await page.getByTestId("customer-check-in").click();
  await expect(page.getByTestId("check-in-page").getByTestId("off-plan")).toBeVisible();
  await page.getByTestId("check-in-without").click();
  await expect(page.getByTestId("visit-page").getByTestId("checked-in")).toContainText("沒有位置");
  await go(page, "/");
  await page.getByTestId("today-visits").getByTestId("visit-end").click();
  await page.getByTestId("check-out").click();

  await go(page, "/reports");
  for (const [bar, count] of [["planned", "1"], ["done", "1"], ["off_plan", "1"], ["cancelled", "1"], ["new_customers", "3"], ["visit", "2"]]) {
    await expect(page.getByTestId(`bar-${bar}`).locator(".bar-count")).toHaveText(count);
  }
  await page.getByTestId("bar-off_plan").click();
  await expect(page.getByTestId("behind-row")).toHaveCount(1);
  await expect(page.getByTestId("behind")).toContainText("信義水電");
  await page.getByTestId("field-remark").fill("下雨，少跑一家");
  await page.getByTestId("report-save").click();
  await world.server.start();
  await synced(page);

  const { page: boss } = await deviceOf(world, "wang");
  await go(boss, "/reports?span=week");
  await expect(boss.getByTestId("report-chart").first()).toContainText("李佳蓉");
  await boss.getByTestId("report-day").click();
  await expect(boss.getByTestId("report-remark")).toHaveText("下雨，少跑一家");
  await boss.getByTestId("field-comment").fill("辛苦了，明天補訪鼎盛");
  await boss.getByTestId("report-save").click();
  await synced(boss);
  await expect(page.getByTestId("report-comment")).toHaveText("辛苦了，明天補訪鼎盛");

  // The customer's page has one contact record of the visit, with what was said and where it was.
  await go(page, "/customers");
  await page.getByTestId("customer-row").filter({ hasText: "大安建材" }).click();
  await expect(page.getByTestId("contact-record")).toHaveCount(1);
  await expect(page.getByTestId("contact-record")).toContainText("看了新樣品");
  await expect(page.getByTestId("contact-record").getByTestId("checked-in")).toContainText("離客戶位置 0 公尺");
});

test("who is due by the rhythm of visits is offered, and a refused position is no obstacle", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone" });
  // Granting nothing refuses everything else.
  await page.context().grantPermissions([]);
  await world.server.kill();
  const customer = await enterCustomer(page, "兩週一次的客戶");
  await go(page, `${customer}/edit`);
  await page.getByTestId("group-basic").locator("summary").click();
  await page.getByTestId("field-visit_every").fill("0");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("error-visit_every")).toContainText("730");
  await page.getByTestId("field-visit_every").fill("14");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("customer-visit-every")).toHaveText("每 14 天");

  await go(page, "/visits");
  await expect(page.getByTestId("candidate")).toContainText("兩週一次的客戶");
  await page.getByTestId("candidate-add").click();
  await expect(page.getByTestId("candidate")).toHaveCount(0);
  await page.getByTestId("visit-check-in").click();
  // Nobody has allowed it.
  await page.getByTestId("check-in-with").click();
  await expect(page.getByTestId("check-in-lost")).toBeVisible();
  await page.getByTestId("check-in-without").click();
  await page.getByTestId("check-out").click();
  await expect(page.getByTestId("visit-state")).toHaveText("已拜訪");
  await expect(page.getByTestId("candidate")).toHaveCount(0);
});
