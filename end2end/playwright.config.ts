import { defineConfig } from "@playwright/test";

// Stories run one after the other: each has a server, a database and browser profiles of its own, and the
// machine's two cores are what they compete for.
export default defineConfig({
  testDir: "tests",
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  // A machine that stands still for a while is no defect of ours; what passes only then is reported as flaky.
  retries: 1,
  reporter: [["list"]],
});
