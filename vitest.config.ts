import { availableParallelism } from "node:os";

import { defineConfig } from "vitest/config";

/**
 * Rings, from the inside out: `unit` runs on every save, the others with `npm test`,
 * `deep` nightly and before a release (CONTRIBUTING.md).
 */
export default defineConfig({
  test: {
    restoreMocks: true,
    // Most of the time of the outer rings is spent waiting for git and other processes.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/{core,stages,adapters,scripts,bench}/**/*.test.ts"],
          exclude: ["test/**/*.slow.test.ts"],
          // Far above what any test takes: a busy machine must not make one red.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "world",
          include: [
            "test/{local,world,simulation}/**/*.test.ts",
            "test/{core,stages,adapters}/**/*.slow.test.ts",
          ],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: "deep",
          include: ["test/deep/**/*.test.ts"],
          testTimeout: 1_800_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
