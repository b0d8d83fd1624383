import { deviceOf, enterCustomer, found, go, heldBack, PASSWORD, pill, signIn, synced } from "../support/company.ts";
import { expect, test, type World } from "../support/world.ts";
import type { Page } from "@playwright/test";

/** What a colleague chooses. */
const CHOSEN = "風調雨順，國泰民安 2027";

test.beforeEach(async ({ world }) => found(world));

/** Invites somebody by the form and returns the link. */
async function invite(page: Page, name: string, signInName: string): Promise<string> {
  await go(page, "/people/new");
  await page.getByTestId("field-name").fill(name);
  await page.getByTestId("field-sign_in").fill(signInName);
  await page.getByTestId("invite").click();
  const link = await page.getByTestId("link").inputValue();
  await page.getByTestId("dialog-close").filter({ visible: true }).click();
  return link;
}

/** Opens a person's page from the tree. */
async function openPerson(page: Page, name: string): Promise<void> {
  await go(page, "/people");
  await page.getByTestId("person-row").filter({ hasText: name }).click();
  await expect(page.getByTestId("person")).toContainText(name);
}

/** Says yes to the question on the page. */
async function agree(page: Page): Promise<void> {
  await page.getByTestId("confirm-yes").filter({ visible: true }).click();
}

test("somebody is invited by a link, joins in another browser, and works", async ({ world }) => {
  const { page } = await deviceOf(world, "wang");
  const link = await invite(page, "周曉彤", "zhou");
  await expect(page.getByTestId("person-state")).toContainText("已邀請");

  const theirs = await world.device({ size: "phone" }).open(new URL(link).pathname + new URL(link).hash);
  await expect(theirs.getByTestId("join-title")).toHaveText("周曉彤，歡迎加入鼎盛貿易");
  await theirs.getByTestId("field-password").fill("short");
  await theirs.getByTestId("field-repeated").fill("short");
  await theirs.getByTestId("join").click();
  await expect(theirs.getByText("密碼至少要 8 個字元")).toBeVisible();
  await theirs.getByTestId("field-password").fill(CHOSEN);
  await theirs.getByTestId("field-repeated").fill(CHOSEN);
  await theirs.getByTestId("join").click();
  await expect(pill(theirs)).toBeVisible();
  await enterCustomer(theirs, "周曉彤的第一位客戶");
  await synced(theirs);
  await go(page, "/customers");
  await expect(page.getByTestId("customer-row").filter({ hasText: "周曉彤的第一位客戶" })).toBeVisible();

  // The link has done its work.
  const late = await world.device().open(new URL(link).pathname + new URL(link).hash);
  await expect(late.getByTestId("join-failed")).toContainText("已經用過");
});

test("with no network nothing is invited, and nothing typed is lost", async ({ world }) => {
  const { page } = await deviceOf(world, "wang");
  await go(page, "/people/new");
  await page.getByTestId("field-name").fill("周曉彤");
  await page.getByTestId("field-sign_in").fill("LI");
  await page.getByTestId("invite").click();
  await expect(page.getByText("已經有人用了，請換一個")).toBeVisible();
  await world.server.kill();
  await page.getByTestId("field-sign_in").fill("zhou");
  await page.getByTestId("invite").click();
  await expect(page.getByTestId("not-done")).toContainText("要連上伺服器");
  await expect(page.getByTestId("field-name")).toHaveValue("周曉彤");
  await go(page, "/people");
  await expect(page.getByTestId("person-row").filter({ hasText: "李佳蓉" })).toBeVisible();
});

test("a change of role takes customers off the device", async ({ world }) => {
  const { page } = await deviceOf(world, "wang");
  await enterCustomer(page, "只有助理看得到");
  await synced(page);
  const { page: theirs } = await deviceOf(world, "lin");
  await go(theirs, "/customers");
  await expect(theirs.getByTestId("customer-row").filter({ hasText: "只有助理看得到" })).toBeVisible();

  await openPerson(page, "林小姐");
  await page.getByTestId("person-edit-link").click();
  await page.getByTestId("role-SalesAssistant").uncheck();
  await page.getByTestId("save").click();
  await expect(page.getByText("請填寫這一欄")).toBeVisible();
  await page.getByTestId("role-SalesRep").check();
  await page.getByTestId("save").click();
  await expect(page.getByTestId("person-roles")).toHaveText("業務");
  await expect(theirs.getByTestId("customer-row")).toHaveCount(0);

  // Whoever is no administrator reads, and changes nothing.
  await go(theirs, "/people");
  await expect(theirs.getByTestId("people-read-only")).toBeVisible();
  await expect(theirs.getByTestId("person-new")).toHaveCount(0);
});

test("a branch has a head, who becomes everybody's superior there", async ({ world }) => {
  const { page } = await deviceOf(world, "wang", { size: "phone" });
  await go(page, "/people/departments/new");
  await page.getByTestId("field-name").fill("台中分店");
  await page.getByTestId("department-branch").check();
  await page.getByTestId("field-head").selectOption({ label: "陳文傑" });
  await page.getByTestId("save").click();
  await expect(page.getByTestId("department-row")).toContainText("台中分店");
  await openPerson(page, "李佳蓉");
  await page.getByTestId("person-edit-link").click();
  await page.getByTestId("field-department").selectOption({ label: "台中分店" });
  await page.getByTestId("save").click();
  await expect(page.getByTestId("person-department")).toHaveText("台中分店");
  await expect(page.getByTestId("person-superior")).toHaveText("陳文傑（部門主管）");
});

/** Ends the access of 李佳蓉 while her device holds an entry that it has not sent. */
async function endAccess(world: World, how: (page: Page) => Promise<void>) {
  const { page } = await deviceOf(world, "wang");
  const { page: theirs } = await deviceOf(world, "li");
  await heldBack(theirs);
  await enterCustomer(theirs, "還沒送出的客戶");
  await openPerson(page, "李佳蓉");
  await how(page);
  await expect(theirs.getByTestId("access-ended")).toContainText("還沒送出的 1 筆已交給管理員審閱", { timeout: 45_000 });
  const databases = await theirs.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  expect(databases.filter((name) => name?.startsWith("changke/"))).toEqual([]);
  return { page, theirs };
}

test("a revoked device hands over what it had not sent, and the administrator accepts it", async ({ world }) => {
  const { page, theirs } = await endAccess(world, async (page) => {
    await page.getByTestId("device-revoke").click();
    await agree(page);
    await expect(page.getByTestId("device-ended")).toBeVisible();
  });
  await go(page, "/people");
  await page.getByTestId("quarantine-review").click();
  await expect(page.getByTestId("held-title")).toHaveText("新客戶：還沒送出的客戶");
  await page.getByTestId("held-accept").click();
  await expect(page.getByTestId("quarantine-empty")).toBeVisible();
  await go(page, "/customers");
  await expect(page.getByTestId("customer-row").filter({ hasText: "還沒送出的客戶" })).toContainText("李佳蓉");
  await openPerson(page, "李佳蓉");
  await expect(page.getByTestId("device-ended")).toHaveText("已停用，資料已移除");

  // The person is still one of the company: she signs in again and finds it.
  await signIn(theirs, "li");
  await go(theirs, "/customers");
  await expect(theirs.getByTestId("customer-row").filter({ hasText: "還沒送出的客戶" })).toBeVisible();
});

test("whoever is deactivated is out, and what they had not sent can be discarded", async ({ world }) => {
  const { page, theirs } = await endAccess(world, async (page) => {
    await page.getByTestId("person-deactivate").click();
    await agree(page);
    await expect(page.getByTestId("person-state")).toHaveText("已停用");
  });
  await theirs.getByTestId("field-sign_in").fill("li");
  await theirs.getByTestId("field-password").fill(PASSWORD);
  await theirs.getByTestId("sign-in").click();
  await expect(theirs.getByTestId("not-done")).toContainText("已停用");
  await go(page, "/people/quarantine");
  await page.getByTestId("held-discard").click();
  await agree(page);
  await expect(page.getByTestId("quarantine-empty")).toBeVisible();
  await go(page, "/customers");
  await expect(page.getByTestId("customer-row")).toHaveCount(0);
});

test("the own password is changed, and the administrator resets one that was forgotten", async ({ world }) => {
  const { page } = await deviceOf(world, "li");
  await go(page, "/settings");
  await page.getByTestId("password-change").click();
  await page.getByTestId("field-old").fill("not this one");
  await page.getByTestId("field-password").fill(CHOSEN);
  await page.getByTestId("field-repeated").fill(CHOSEN);
  await page.getByTestId("password-save").click();
  await expect(page.getByTestId("not-done")).toContainText("目前的密碼不對");
  await page.getByTestId("field-old").fill(PASSWORD);
  await page.getByTestId("password-save").click();
  await expect(page.getByTestId("password-dialog").getByTestId("password-save")).toHaveCount(0);

  const { page: boss } = await deviceOf(world, "wang");
  await openPerson(boss, "李佳蓉");
  await boss.getByTestId("person-reset").click();
  await agree(boss);
  const link = new URL(await boss.getByTestId("link").inputValue());
  const fresh = await world.device({ size: "phone" }).open(link.pathname + link.hash);
  await fresh.getByTestId("field-password").fill(CHOSEN);
  await fresh.getByTestId("field-repeated").fill(CHOSEN);
  await fresh.getByTestId("join").click();
  await expect(pill(fresh)).toBeVisible();
});

test("two people share a tablet: each keeps their own, and a PIN lets them switch with no network", async ({ world }) => {
  const { device, page } = await deviceOf(world, "li", { size: "tablet" });
  await go(page, "/settings");
  await page.getByTestId("pin-set").click();
  await page.getByTestId("field-pin").fill("12");
  await page.getByTestId("pin-save").click();
  await expect(page.getByText("請輸入 4 到 8 位數字")).toBeVisible();
  await page.getByTestId("field-pin").fill("2580");
  await page.getByTestId("pin-save").click();
  await heldBack(page);
  await enterCustomer(page, "李的客戶");
  await go(page, "/settings");
  await page.getByTestId("sign-out").click();
  await expect(page.getByTestId("confirm").filter({ visible: true })).toContainText("還有 1 筆沒送出");
  await agree(page);
  await signIn(page, "chen");
  await go(page, "/customers");
  await expect(page.getByTestId("customer-row")).toHaveCount(0);

  await world.server.kill();
  await go(page, "/settings");
  await page.getByTestId("sign-out").click();
  await agree(page);
  await page.getByTestId("account").filter({ hasText: "李佳蓉" }).click();
  await page.getByTestId("field-pin").fill("1111");
  await page.getByTestId("pin-enter").click();
  await expect(page.getByText("還可以試 4 次")).toBeVisible();
  await page.getByTestId("field-pin").fill("2580");
  await page.getByTestId("pin-enter").click();
  await go(page, "/customers");
  await expect(page.getByTestId("customer-row").filter({ hasText: "李的客戶" })).toContainText("未送");
  await device.close();
});
