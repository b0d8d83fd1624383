import { deviceOf, found, go, PASSWORD, pill, synced } from "../support/company.ts";
import { expect, test } from "../support/world.ts";
import type { Page } from "@playwright/test";

test.beforeEach(async ({ world }) => found(world));

/** A photo as a telephone held upright writes it: lying, with a note of how to turn it (EXIF orientation 6). */
async function photo(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 3000, height: 1500 });
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    context.fillStyle = "#e8e2d0";
    context.fillRect(0, 0, 3000, 1500);
    context.fillStyle = "#14564f";
    context.fillRect(0, 0, 600, 1500);
    return canvas.toDataURL("image/jpeg").split(",")[1] ?? "";
  });
  const jpeg = Buffer.from(base64, "base64");
  const exif = Buffer.from("457869660000" + "4d4d002a00000008" + "0001" + "0112000300000001" + "00060000" + "00000000", "hex");
  const head = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
}

/** Width and height of the picture that is open. */
async function openedSize(page: Page): Promise<[number, number]> {
  const original = page.getByTestId("attachment-original");
  await expect(original).toBeVisible();
  return original.evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  });
}

test("a business card taken with no network reaches a colleague, and nobody else", async ({ world }) => {
  const { page } = await deviceOf(world, "li", { size: "phone" });
  await world.server.kill();
  const card = { name: "IMG_2041.jpg", mimeType: "image/jpeg", buffer: await photo(page) };
  await go(page, "/customers/new");
  await page.getByTestId("field-name").fill("展會認識的客戶");
  await page.getByTestId("attach-file").setInputFiles({ name: "page.html", mimeType: "text/html", buffer: Buffer.from("<b>") });
  await expect(page.getByTestId("error-attachments")).toContainText("page.html");
  await page.getByTestId("attach-photo").setInputFiles(card);
  await expect(page.getByTestId("picked")).toHaveCount(1);
  await page.getByTestId("save").click();

  // Saved is saved: the page is loaded again, still with no network.
  await expect(page.getByTestId("customer")).toContainText("展會認識的客戶");
  const customer = new URL(page.url()).pathname;
  await page.reload();
  await expect(page.getByTestId("attachment")).toHaveAttribute("data-state", "waiting");
  await page.getByTestId("attachment").click();
  expect(await openedSize(page)).toEqual([1024, 2048]);
  await expect(page.getByTestId("attachment-facts")).toContainText("待上傳");
  await page.getByTestId("dialog-close").click();
  await go(page, `${customer}/record`);
  const order = { name: "報價.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 a quote") };
  await page.getByTestId("attach-file").setInputFiles(order);
  await expect(page.getByTestId("picked")).toContainText("報價.pdf");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("contact-record").getByTestId("attachment")).toContainText("報價.pdf");
  // Nobody says "synced" before the originals are there, too.
  await expect(pill(page)).toContainText("4");

  await world.server.start();
  await synced(page);
  await expect(page.getByTestId("attachments").getByTestId("attachment")).toHaveAttribute("data-state", "here");

  const { page: colleague } = await deviceOf(world, "lin", { size: "tablet" });
  await go(colleague, customer);
  const small = colleague.getByTestId("attachments").getByTestId("attachment");
  await expect(small).toHaveAttribute("data-state", "elsewhere");
  await expect(small.locator("img")).toBeVisible();
  const asked = colleague.waitForRequest(/\/blobs\//);
  await small.click();
  expect(await openedSize(colleague)).toEqual([1024, 2048]);
  await expect(small).toHaveAttribute("data-state", "here");

  const answer = await fetch(`${world.server.url}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sign_in: "chen", password: PASSWORD }),
  });
  const cookie = answer.headers.getSetCookie().map((set) => set.split(";")[0]).join("; ");
  const stranger = await fetch((await asked).url(), { headers: { cookie } });
  expect(stranger.status).toBe(404);

  // Removed and brought back.
  await colleague.getByTestId("attachment-remove").click();
  await expect(small).toHaveCount(0);
  await colleague.getByTestId("toast-undo").click();
  await expect(small).toHaveCount(1);
});
