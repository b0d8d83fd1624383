import { readFileSync } from "node:fs";
import { deviceOf, found, go } from "../support/company.ts";
import { expect, test } from "../support/world.ts";

test.beforeEach(async ({ world }) => found(world));

test("an administrator saves the whole company as one file, and is told when that needs the network", async ({ world }) => {
  const { page } = await deviceOf(world, "wang", { size: "phone" });
  await go(page, "/settings");
  const downloading = page.waitForEvent("download");
  await page.getByTestId("archive-run").click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/ \d{4}-\d{2}-\d{2}\.zip$/);
  const bytes = readFileSync(await download.path());
  expect(bytes.subarray(0, 2).toString()).toBe("PK");
  // Names stand uncompressed in its directory.
  expect(bytes.toString("utf8")).toContain("同事.csv");

  await world.server.kill();
  await page.getByTestId("archive-run").click();
  await expect(page.getByTestId("not-done")).toBeVisible();
});
