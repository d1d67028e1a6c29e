/**
 * One configuration for all tests. `npm test` runs every `*.test.ts`; `--mode long` runs the `*.long.test.ts`,
 * which take minutes. Packages resolve to their sources, in the tests and in what the tests fork.
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const suites = ["packages", "examples", "tidy", "bench", "scripts"];

export default defineConfig(({ mode }) => {
  const long = mode === "long";
  const ending = long ? "*.long.test.ts" : "*.test.ts";
  return {
    resolve: { conditions: ["source", "module", "node", "development|production"] },
    ssr: { resolve: { conditions: ["source", "module", "node", "development|production"] } },
    test: {
      include: suites.map((suite) => `${suite}/**/${ending}`),
      exclude: [
        "**/node_modules/**",
        "**/dist/**",
        "tidy/fixtures/**",
        "bench/peers/**",
        ...(long ? [] : ["**/*.long.test.ts"]),
      ],
      pool: "forks",
      execArgv: ["--conditions=source"],
      // Processes that tests start compile each module once, not each of them again: a quarter of their time remains.
      env: { NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/node-compile") },
      maxWorkers: Math.max(2, Math.min(4, availableParallelism())),
      testTimeout: long ? 1_800_000 : 120_000,
      hookTimeout: 120_000,
      expect: { poll: { timeout: 60_000 } },
      passWithNoTests: long,
    },
  };
});
