import { deviceOf, enterCustomer, find, found, go, synced } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

test("a customer, whom to talk to and what comes next are entered on one screen of a phone, offline, in one entry", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone" });
  await world.server.kill();
  await go(page, "/customers/new");
  await page.getByTestId("field-name").fill("鼎盛五金");
  await page.getByTestId("field-contact_name").fill("陳文傑");
  await page.getByTestId("field-contact_phones").fill("0912-345-678");
  await page.getByTestId("field-what").fill("送樣品");
  await page.getByTestId("due-tomorrow").click();
  await page.getByTestId("save").click();
  await expect(page.getByTestId("contacts")).toContainText("陳文傑");
  await expect(page.getByTestId("next-actions")).toContainText("送樣品");
  await go(page, "/outbox");
  await expect(page.getByTestId("outbox-entry")).toHaveCount(1);

  await world.server.start();
  await synced(page);
  const second = await deviceOf(world, "li");
  await (await find(second.page, "陳文傑")).click();
  await expect(second.page.getByTestId("contacts")).toContainText("0912-345-678");
});

test("every field of a customer comes back on a second device, and what is wrong is told at its field", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  const customer = await enterCustomer(page, "永信貿易");
  await go(page, `${customer}/edit`);
  await page.getByTestId("field-tax_id").fill("04595258");
  await page.getByTestId("field-website").fill("javascript:alert(1)");
  await page.getByTestId("field-credit_limit").fill("很多");
  await page.getByTestId("save").click();
  for (const field of ["tax_id", "website", "credit_limit"]) await expect(page.getByTestId(`error-${field}`)).not.toBeEmpty();
  await page.getByTestId("field-tax_id").fill("04595257");
  await page.getByTestId("field-website").fill("www.yongxin.com.tw");
  await page.getByTestId("field-credit_limit").fill("200,000");
  await page.getByTestId("field-aliases").fill("永信行");
  await page.getByTestId("field-aliases").press("Enter");
  await page.getByTestId("field-payment_terms").selectOption("monthly");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("error-closing_day")).not.toBeEmpty();
  await page.getByTestId("field-closing_day").fill("25");
  await page.getByTestId("field-terms_days").fill("60");
  await page.getByTestId("save").click();
  await synced(page);

  const second = await deviceOf(world, "lin", { size: "phone" });
  await (await find(second.page, "04595257")).click();
  const facts = second.page.getByTestId("customer-facts");
  for (const fact of ["永信行", "04595257", "www.yongxin.com.tw", "200,000", "25", "60"]) await expect(facts).toContainText(fact);
});

test("the place of an address is chosen from a list that is on the device, and its postal code comes with it", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone" });
  await world.server.kill();
  await go(page, "/customers/new");
  await page.getByTestId("field-name").fill("遠東機電");
  await page.getByTestId("group-address").locator("summary").click();
  await page.getByTestId("region-choose").click();
  await page.getByTestId("region-line").filter({ hasText: "高雄市" }).click();
  await page.getByTestId("region-line").filter({ hasText: "三民區" }).click();
  await expect(page.getByTestId("field-postal_code")).toHaveValue("807");
  await page.getByTestId("field-address").fill("九如一路 1 號");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("customer-address")).toHaveText("807 高雄市三民區九如一路 1 號");
  await go(page, "/customers/new");
  await page.getByTestId("group-address").locator("summary").click();
  await page.getByTestId("region-choose").click();
  await page.getByTestId("region-search").fill("nanshanqu");
  await page.getByTestId("region-line").filter({ hasText: "深圳市" }).click();
  await expect(page.getByTestId("field-city")).toHaveValue("深圳市");
});

test("a likely duplicate is shown while typing, by name and by telephone", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone" });
  await go(page, "/customers/new");
  await page.getByTestId("field-name").fill("华昌電子");
  await page.getByTestId("group-reach").locator("summary").click();
  await page.getByTestId("field-phones").first().fill("02-2345 6789");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("customer")).toContainText("华昌電子");
  await go(page, "/customers/new");
  const likely = page.getByTestId("possible-duplicate");
  await page.getByTestId("field-name").fill("華昌电子");
  await expect(likely).toContainText("华昌電子");
  await page.getByTestId("field-name").fill("別家");
  await expect(likely).toHaveCount(0);
  await page.getByTestId("field-contact_phones").fill("0223456789");
  await expect(likely).toContainText("华昌電子");
  await expect(likely.getByRole("link")).toHaveAttribute("href", /\/customers\/.+/);
});

test("a call from the page is offered to be written down with its time and person", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone" });
  await go(page, "/customers/new");
  await page.getByTestId("field-name").fill("宏遠精密");
  await page.getByTestId("field-contact_name").fill("王建國");
  await page.getByTestId("field-contact_phones").fill("0933-111-222");
  await page.getByTestId("save").click();
  const call = page.getByTestId("contacts").getByTestId("reach-call");
  await expect(call).toHaveAttribute("href", "tel:0933111222");
  // This machine has no telephone: the browser would ask what to do and take no more input.
  await page.evaluate(() => addEventListener("click", (event) => event.preventDefault(), { once: true }));
  await call.click();
  const offer = page.getByTestId("notice-reached");
  await expect(offer).toContainText("王建國");
  await page.reload();
  await offer.getByTestId("reached-record").click();
  await expect(page.getByTestId("channel-phone")).toBeChecked();
  await expect(page.getByTestId("met")).toBeChecked();
  await page.getByTestId("field-text").fill("確認年約數量");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("timeline")).toContainText("王建國");
  await expect(offer).toHaveCount(0);
});

test("the customer view shows nothing of the house", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "tablet" });
  const customer = await enterCustomer(page, "新竹光電");
  await enterCustomer(page, "別的客戶");
  await go(page, `${customer}/edit`);
  await page.getByTestId("field-level").fill("C");
  await page.getByTestId("field-remark").fill("付款很慢");
  await page.getByTestId("field-credit_limit").fill("9000");
  await page.getByTestId("field-phones").first().fill("03-5678901");
  await page.getByTestId("save").click();
  await page.getByTestId("customer-menu").click();
  await page.getByTestId("customer-view").click();
  const body = page.locator("body");
  await expect(page.getByTestId("customer-phone")).toHaveText("03-5678901");
  for (const secret of ["付款很慢", "9,000", "C 級", "李佳蓉", "別的客戶"]) {
    await expect(body.getByText(secret).filter({ visible: true })).toHaveCount(0);
  }
  await page.reload();
  await expect(page.getByTestId("customer-view-leave")).toBeVisible();
  await expect(body.getByText("付款很慢")).toHaveCount(0);
  await page.getByTestId("customer-view-leave").click();
  await expect(page.getByTestId("customer-remark")).toHaveText("付款很慢");
});
