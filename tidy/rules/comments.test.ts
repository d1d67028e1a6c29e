import { expect, test } from "vitest";
import { judge } from "../judge.ts";
import { modulesHaveHeaders, noApologies } from "./comments.ts";

const found = (text: string): string[] => judge(noApologies, { "bench/a.ts": text });

test.each([
  "enough for now",
  "simplified version",
  "in a real system this would wait",
  "not implemented",
  "a placeholder",
  "an ugly hack",
  ["TO", "DO: finish"].join(""),
  ["FIX", "ME later"].join(""),
])("a comment may not say: %s", (words) => {
  expect(found(`// ${words}\n`)).toHaveLength(1);
  expect(found(`/**\n * ${words}\n */\n`)).toHaveLength(1);
});

test("strings may, and a sentence may speak of marks", () => {
  expect(found(`const text = "TODO: not implemented";`)).toEqual([]);
  expect(found("// counts the TODO and FIXME marks of a file, such as `TODO: later`\n")).toEqual([]);
  expect(found("/** FIXME, BUG and the like first. */\n")).toEqual([]);
});

test("a published module starts with a comment", () => {
  const header = "/** Owns the clock. */\n";
  const files = {
    "packages/core/src/a.ts": "export {};",
    "packages/core/src/b.ts": header,
    "packages/reeve/src/main.ts": `#!/usr/bin/env node\n${header}`,
    "packages/core/src/a.test.ts": "export {};",
  };
  expect(judge(modulesHaveHeaders, files)).toEqual([
    "packages/core/src/a.ts:1 has no header comment saying what it owns",
  ]);
});
