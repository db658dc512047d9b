import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 3,
    globalSetup: ["test/servers/global-setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A page or a child process beside two other test files may well take more than Vitest's one second.
    expect: { poll: { timeout: 15_000 } },
  },
});
