import { defineConfig } from "@playwright/test";

// Two stories at a time: each has a server, a database and browser profiles of its own, and waits more than it works;
// more would compete for the two cores of a small machine.
export default defineConfig({
  testDir: "tests",
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  // A machine that stands still for a while is no defect of ours; what passes only then is reported as flaky.
  retries: 1,
  reporter: [["list"]],
});
