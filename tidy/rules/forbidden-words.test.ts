import { expect, test } from "vitest";
import { judge } from "../judge.ts";
import { noForbiddenWords } from "./forbidden-words.ts";

test.each([
  "resolved https://registry.example.org/x.tgz",
  "cd /work/main",
  "see ../shared/design/house.md",
  "in .library/search",
  "/home/someone/reeve",
])("caught in any file: %s", (text) => {
  expect(judge(noForbiddenWords, { "docs/guide.md": text })).toHaveLength(1);
});

test("words that only look alike pass", () => {
  const text = "docs/work/item, ../shared-state.ts, a.library, the registry of patterns, registry.ts\n";
  expect(judge(noForbiddenWords, { "docs/guide.md": text })).toEqual([]);
});

test("the lock file may name npm's default registry, another file may not", () => {
  const text = "https://registry.npmjs.org/zod";
  expect(judge(noForbiddenWords, { "package-lock.json": text })).toEqual([]);
  expect(judge(noForbiddenWords, { ".npmrc": text })).toEqual([".npmrc:1 contains registry.npmjs.org"]);
});
