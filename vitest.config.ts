import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

export default defineConfig({
  test: {
    retry: process.env.CI ? 1 : 0, // then the whole file once more: setup/test.mjs
    include: ["src/**/*.test.ts", "web/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    globalSetup: "setup/built.mjs",
    pool: "forks",
    maxWorkers: 3, // on two cores: a good part of the tests waits
    sequence: { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } }, // a second is nothing beside real boots on two cores
    reporters: ["default", "./test/support/closing-line.ts"],
  },
});
