import { expect, test } from "vitest";
import { showFinding } from "../rule.ts";
import { countRatchet, ratchetHolds } from "./ratchet.ts";

const files = [
  { path: "packages/core/src/a.ts", text: "const a = b as string;\nconst c = [1] as const;\n" },
  { path: "packages/core/src/a.test.ts", text: "const a = b as string;\n" },
  { path: "bench/b.ts", text: "// oxlint-disable-next-line no-control-regex\n// @ts-expect-error wrong\n" },
];

test("casts in published code and disabled checks everywhere are counted", () => {
  expect(countRatchet(files)).toEqual({ asCasts: 1, disabledChecks: 2 });
  expect(ratchetHolds(files, { asCasts: 1, disabledChecks: 2 })).toEqual([]);
});

test("a new cast is caught at its place", () => {
  expect(ratchetHolds(files, { asCasts: 0, disabledChecks: 2 }).map(showFinding)).toEqual([
    "packages/core/src/a.ts:1 asCasts: 1 in all, at most 0",
  ]);
});

test("a limit above the count must be lowered", () => {
  expect(ratchetHolds(files, { asCasts: 3, disabledChecks: 2 }).map(showFinding)).toEqual([
    "tidy/ratchet.json:0 asCasts fell from 3 to 1; lower the limit",
  ]);
});
