import { expect, type Page } from "@playwright/test";
import { PASSWORD, pill, synced } from "./company.ts";

/** Makes a demo company by the first page, in the language of the browser, as somebody does who looks around. */
export async function foundDemo(page: Page): Promise<void> {
  await page.getByTestId("demo-offer").click();
  await page.getByTestId("demo").getByTestId("field-password").fill(PASSWORD);
  await page.getByTestId("demo-start").click();
  await expect(pill(page)).toBeVisible({ timeout: 100_000 });
  await synced(page);
}

/** An own field of customers, defined by an administrator. */
export interface Definition {
  label: string;
  shape: string;
  choices?: string[];
  marks?: ("required" | "listed")[];
}

/** Adds a field to customers, from the page of own fields. */
export async function define(page: Page, { label, shape, choices = [], marks = [] }: Definition): Promise<void> {
  await page.getByTestId("own-fields-customer").getByTestId("own-field-new").click();
  await page.getByTestId("field-label").fill(label);
  await page.getByTestId("field-shape").selectOption(shape);
  for (const choice of choices) {
    await page.getByTestId("field-choices").fill(choice);
    await page.getByTestId("field-choices").press("Enter");
  }
  for (const mark of marks) await page.getByTestId(`own-field-${mark}`).check();
  await page.getByTestId("save").click();
  await expect(page.getByTestId("own-fields-customer")).toContainText(label);
}
