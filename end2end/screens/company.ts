import { expect, type Page } from "@playwright/test";
import { change, enterCustomer, find, go, heldBack, pill, signIn, synced } from "../support/company.ts";
import { define, foundDemo } from "../support/demo.ts";
import { installed, type DeviceOptions, type World } from "../support/world.ts";

/** Signs somebody in on a new device. */
async function deviceOf(world: World, name: string, options: DeviceOptions): Promise<Page> {
  const page = await world.device(options).open();
  await signIn(page, name);
  await installed(page);
  await synced(page);
  return page;
}

/** Opens a customer by its place in the list. */
async function openNth(page: Page, at: number): Promise<string> {
  await go(page, "/customers");
  await page.getByTestId("customer-row").nth(at).click();
  await expect(page.getByTestId("customer")).toBeVisible();
  return new URL(page.url()).pathname;
}

/** A small photo of nothing in particular. */
async function photo(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1200, height: 800 });
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    const light = context.createLinearGradient(0, 0, 1200, 800);
    light.addColorStop(0, "#d8c9a8");
    light.addColorStop(1, "#3f6f68");
    context.fillStyle = light;
    context.fillRect(0, 0, 1200, 800);
    return canvas.toDataURL("image/jpeg").split(",")[1] ?? "";
  });
  return Buffer.from(base64, "base64");
}

/** A demo company with something on every page: the devices of its administrator and of a sales rep. */
export async function furnished(world: World): Promise<{ boss: Page; rep: Page }> {
  const boss = await world.device({ size: "desktop" }).open();
  await foundDemo(boss);
  await installed(boss);
  await go(boss, "/own-fields");
  await define(boss, { label: "車型", shape: "choice", choices: ["十輪", "聯結車"], marks: ["listed"] });
  await define(boss, { label: "年用量（噸）", shape: "number" });
  await synced(boss);

  const rep = await deviceOf(world, "li", { size: "phone" });
  const customer = await openNth(rep, 2);
  await go(rep, `${customer}/record`);
  await rep.getByTestId("field-text").fill("帶了新型錄，老闆娘問不銹鋼的交期。");
  await rep.getByTestId("attach-photo").setInputFiles({ name: "card.jpg", mimeType: "image/jpeg", buffer: await photo(rep) });
  await expect(rep.getByTestId("picked")).toHaveCount(1);
  await rep.getByTestId("save").click();
  await synced(rep);

  // Two values for one field.
  const release = await heldBack(rep);
  await change(rep, customer, "address", "新北市三重區重新路五段 609 巷 12 號");
  await go(boss, customer);
  await change(boss, customer, "address", "新北市五股區五權路 31 號");
  await synced(boss);
  await release();
  await synced(rep);

  // A customer that has gone to somebody else meanwhile: the rep's entry needs attention.
  const lost = await openNth(rep, 4);
  const releaseLost = await heldBack(rep);
  await change(rep, lost, "remark", "下週二再去一次");
  const name = (await rep.locator("h1").filter({ visible: true }).first().textContent()) ?? "";
  await (await find(boss, name)).first().waitFor();
  await boss.getByTestId("customers-choose").click();
  await boss.getByTestId("customer-row").first().click();
  await boss.getByTestId("bulk-assign").click();
  const owners = boss.getByTestId("field-assign-owner");
  await owners.selectOption(await owners.locator("option", { hasText: "陳文傑" }).getAttribute("value"));
  await boss.getByTestId("assign-yes").click();
  await synced(boss);
  await releaseLost();
  await expect(pill(rep)).toHaveAttribute("data-state", "needs-attention", { timeout: 60_000 });
  await heldBack(rep);
  await enterCustomer(rep, "遠東機電行");
  await enterCustomer(rep, "三重五金百貨");
  return { boss, rep };
}

/** Lets a device be revoked while it holds something that it has not sent. */
export async function revoked(world: World, boss: Page): Promise<void> {
  const gone = await deviceOf(world, "wenjie", { size: "phone" });
  await heldBack(gone);
  await enterCustomer(gone, "還沒送出的客戶");
  await go(boss, "/people");
  await boss.getByTestId("person-row").filter({ hasText: "陳文傑" }).click();
  await boss.getByTestId("device-revoke").click();
  await boss.getByTestId("confirm-yes").filter({ visible: true }).click();
  await expect(gone.getByTestId("access-ended")).toBeVisible({ timeout: 100_000 });
}
