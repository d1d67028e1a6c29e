import { expect, test } from "vitest";
import { fingerprintBlocks } from "./duplicate-blocks.ts";
import type { FileFinding } from "./file-finding.ts";
import { joinDuplicates } from "./join-duplicates.ts";

function lines(name: string, count: number): string {
  return Array.from(
    { length: count },
    (_, index) => `  const ${name}${index} = compute(${index}, "${name}");\n`,
  ).join("");
}

function finding(path: string, text: string): FileFinding {
  return {
    path,
    language: "TypeScript",
    bytes: text.length,
    contentHash: path,
    code: 0,
    comment: 0,
    blank: 0,
    imports: [],
    functions: { count: 0, nestingMax: 0, top: [] },
    todos: [],
    secrets: [],
    fingerprints: fingerprintBlocks(text, "TypeScript"),
  };
}

test("a block that two files share is found at its lines in both", () => {
  const { total, groups } = joinDuplicates([
    finding("a.ts", lines("a", 20) + lines("shared", 30)),
    finding("b.ts", lines("shared", 30) + lines("b", 20)),
  ]);
  expect(total).toBe(1);
  const [first, second] = groups[0]?.places ?? [];
  expect(first).toMatchObject({ path: "a.ts" });
  expect(first?.startLine).toBeGreaterThanOrEqual(21);
  expect(first?.startLine).toBeLessThanOrEqual(26);
  expect(second?.startLine).toBe((first?.startLine ?? 0) - 20);
  expect(groups[0]?.lines).toBeGreaterThanOrEqual(20);
});

test("indentation, blank lines and comments do not hide a copy", () => {
  const copy = lines("shared", 15).replaceAll("  const", "\n// note\n\t\tconst");
  expect(joinDuplicates([finding("a.ts", lines("shared", 15)), finding("b.ts", copy)]).total).toBeGreaterThan(
    0,
  );
});

test("different code, short code and data share nothing", () => {
  expect(joinDuplicates([finding("a.ts", lines("a", 30)), finding("b.ts", lines("b", 30))]).total).toBe(0);
  expect(fingerprintBlocks(lines("a", 5), "TypeScript")).toEqual([]);
  expect(fingerprintBlocks(lines("a", 30), "JSON")).toEqual([]);
});

test("the fingerprints of a large file stay few", () => {
  expect(fingerprintBlocks(lines("a", 20_000), "TypeScript").length).toBeLessThanOrEqual(256);
});
