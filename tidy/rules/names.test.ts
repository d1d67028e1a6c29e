import { expect, test } from "vitest";
import { judge } from "../judge.ts";
import { declarationsAreNamedWell, filesAreNamedWell } from "./names.ts";

test.each([
  "bench/camelCase.ts",
  "bench/snake_case.ts",
  "bench/run-manager.ts",
  "bench/simple-cache.ts",
  "bench/cache-v2.ts",
  "packages/core/src/utils/retry.ts",
  "packages/core/src/types.ts",
])("file %s is caught", (path) => {
  expect(judge(filesAreNamedWell, { [path]: "" })).toHaveLength(1);
});

test("kebab-case files, tests and configurations pass", () => {
  const files = { "bench/for-each.ts": "", "bench/for-each.long.test.ts": "", "vitest.config.ts": "" };
  expect(judge(filesAreNamedWell, files)).toEqual([]);
});

test.each([
  "class RunManager {}",
  "interface IClock {}",
  "type RetryHelper = string;",
  "function storageService() {}",
  "const data = 1;",
  "function f(info: string) {}",
  "const f = (data: string) => data;",
])("%s is caught", (text) => {
  expect(judge(declarationsAreNamedWell, { "packages/core/src/a.ts": text })).toHaveLength(1);
});

test("words that only look alike pass", () => {
  const text = "interface Index {} const database = 1; class IO {} interface Serviceable {}";
  expect(judge(declarationsAreNamedWell, { "packages/core/src/a.ts": text })).toEqual([]);
});
