import { defineConfig } from "@playwright/test";

// Pictures of every page, to look at: `npx playwright test --config screens.config.ts`, with CHANGKE_SERVER and
// CHANGKE_SITE naming what was built. They go to the folder that SCREENS names; those of the README to its own.
export default defineConfig({ testDir: "screens", workers: 1, timeout: 1_800_000, reporter: [["list"]] });
