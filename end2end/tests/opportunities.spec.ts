import type { Locator, Page } from "@playwright/test";
import { deviceOf, enterCustomer, found, go, heldBack, synced } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

/** Enters an opportunity of a customer by the form and returns the address of its page. */
async function enterOpportunity(page: Page, customer: string, name: string, amount = ""): Promise<string> {
  await go(page, customer);
  await page.getByTestId("customer-opportunity-new").click();
  await page.getByTestId("field-name").fill(name);
  await page.getByTestId("field-amount").fill(amount);
  await page.getByTestId("save").click();
  await expect(page.getByTestId("opportunity")).toContainText(name);
  return new URL(page.url()).pathname;
}

const column = (page: Page, at: number) => page.getByTestId("board-column").nth(at);

/** Drags a card as a hand does: down, some steps, up. */
async function drag(page: Page, card: Locator, onto: Locator): Promise<void> {
  const [from, to] = [await card.boundingBox(), await onto.boundingBox()];
  if (!from || !to) throw new Error("what is dragged must be in sight");
  await page.mouse.move(from.x + 40, from.y + 20);
  await page.mouse.down();
  await page.mouse.move(from.x + 60, from.y + 30, { steps: 3 });
  await expect(page.locator(".drag-ghost")).toBeVisible();
  await page.mouse.move(to.x + to.width / 2, to.y + 60, { steps: 8 });
  await expect(page.locator(".over[data-target]")).toBeVisible();
  await page.mouse.up();
  await expect(page.locator(".drag-ghost")).toHaveCount(0);
}

test("two move one opportunity offline: both moves are kept, the later arrival stands", async ({ world }) => {
  const { page: li } = await deviceOf(world, "li", { size: "phone" });
  const customer = await enterCustomer(li, "鼎盛五金");
  await li.getByTestId("customer-opportunity-new").click();
  await li.getByTestId("save").click();
  await expect(li.getByTestId("opportunity-form")).toContainText("請填寫這一欄");
  const opportunity = await enterOpportunity(li, customer, "二廠設備汰換", "350,000");
  await expect(li.getByTestId("opportunity-amount")).toHaveText("TWD 350,000");
  await synced(li);
  const { page: lin } = await deviceOf(world, "lin");
  await go(lin, "/opportunities");
  const card = lin.getByTestId("board-card");
  await expect(card).toContainText("鼎盛五金");

  await world.server.kill();
  await li.getByTestId("stage-step").nth(2).click();
  await expect(li.getByTestId("stage-move").first()).toContainText("初步接洽 → 報價");
  // The arrow key moves the card, and the focus stays on it.
  await card.focus();
  await lin.keyboard.press("ArrowRight");
  await expect(column(lin, 1).getByTestId("board-card")).toBeFocused();

  const letGo = await heldBack(lin);
  await world.server.start();
  await synced(li);
  await letGo();
  await synced(lin);
  await go(li, opportunity);
  await expect(li.getByTestId("stage-step").nth(1)).toHaveAttribute("aria-pressed", "true");
  const moves = li.getByTestId("stage-move");
  await expect(moves).toHaveCount(3);
  await expect(moves.filter({ hasText: "初步接洽 → 報價" })).toContainText("李佳蓉");
  await expect(moves.filter({ hasText: "初步接洽 → 確認需求" })).toContainText("林小姐");
});

test("a card is dragged: a stage asks for what it needs, a loss has a reason, and every bar opens what it counts", async ({
  world,
}) => {
  const { page } = await deviceOf(world, "wang");
  await go(page, "/pipelines");
  await page.getByTestId("pipeline-row").click();
  const quoted = page.getByTestId("stage-part").nth(2);
  await quoted.getByTestId("required-amount").check();
  await quoted.getByLabel("可停留天數").fill("0");
  await page.getByTestId("save").click();
  await expect(quoted.getByTestId("error-stage-2-days")).toContainText("3,650");
  await quoted.getByLabel("可停留天數").fill("30");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("pipelines")).toContainText("初步接洽 → 確認需求 → 報價 → 議價");

  const customer = await enterCustomer(page, "鼎盛五金");
  await enterOpportunity(page, customer, "年度訂單");
  await enterOpportunity(page, customer, "樣品單", "8,000");
  await go(page, "/opportunities");
  await drag(page, page.getByTestId("board-card").filter({ hasText: "年度訂單" }), column(page, 2));
  await expect(page.getByTestId("stage-asks")).toContainText("報價");
  await expect(page.getByTestId("error-amount")).toContainText("請填寫這一欄");
  await page.getByTestId("field-amount").fill("120000");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("stage-move").first()).toContainText("初步接洽 → 報價");

  await page.goBack();
  await page.goBack();
  await drag(page, column(page, 2).getByTestId("board-card"), column(page, 3));
  await expect(column(page, 3).getByTestId("board-card")).toContainText("年度訂單");
  await page.getByTestId("toast-undo").last().click();
  await expect(column(page, 2).getByTestId("board-card")).toContainText("年度訂單");

  await page.getByTestId("board-card").filter({ hasText: "樣品單" }).click();
  await page.getByTestId("opportunity-lost").click();
  await page.getByTestId("loss-reason").first().click();
  await expect(page.getByTestId("opportunity-ended")).toContainText("價格談不攏");
  await go(page, "/opportunities?as=charts");
  const bars = page.getByTestId("chart-bar");
  await expect(page.getByTestId("chart-outcomes").getByTestId("chart-bar")).toHaveCount(6);
  for (let at = 0; at < (await bars.count()); at += 1) {
    const count = await bars.nth(at).getAttribute("data-count");
    await bars.nth(at).click();
    await expect(page.getByTestId("opportunities-count")).toContainText(`${count} 筆`);
    await expect(page.getByTestId("opportunity-row")).toHaveCount(Number(count));
    await page.goBack();
    await expect(page.getByTestId("charts")).toBeVisible();
  }
});

test("on a phone a finger that rests on a card carries it to a stage above", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone" });
  const customer = await enterCustomer(page, "鼎盛五金");
  await enterOpportunity(page, customer, "年度訂單");
  await go(page, "/opportunities");
  const [card, onto] = [page.getByTestId("board-card"), page.getByTestId("stage-chip").nth(1)];
  const [from, to] = [await card.boundingBox(), await onto.boundingBox()];
  if (!from || !to) throw new Error("what is dragged must be in sight");
  const session = await page.context().newCDPSession(page);
  const touch = (type: string, x: number, y: number) =>
    session.send("Input.dispatchTouchEvent", {
      type: type as "touchStart",
      touchPoints: type === "touchEnd" ? [] : [{ x, y }],
    });
  const [x, y] = [to.x + to.width / 2, to.y + to.height / 2];
  await touch("touchStart", from.x + 60, from.y + 30);
  await expect(page.locator(".drag-ghost")).toBeVisible();
  for (let part = 1; part <= 8; part += 1) {
    await touch("touchMove", from.x + 60 + ((x - from.x - 60) * part) / 8, from.y + 30 + ((y - from.y - 30) * part) / 8);
  }
  await expect(onto).toHaveClass(/over/);
  await touch("touchEnd", x, y);
  await expect(page.getByTestId("toast")).toContainText("確認需求");
  await expect(page.getByTestId("board-card").filter({ visible: true })).toHaveCount(0);
  await onto.click();
  await expect(page.getByTestId("board-card").filter({ visible: true })).toContainText("年度訂單");
});
