import { expect, test } from "vitest";
import { judge } from "../judge.ts";
import { noCycles } from "./cycles.ts";

test("a cycle is caught once and shown, though only types are imported", () => {
  const files = {
    "packages/a.ts": `import type { B } from "./b.ts";`,
    "packages/b.ts": `export { c } from "./deep/c.ts";`,
    "packages/deep/c.ts": `import { a } from "../a.ts";`,
  };
  expect(judge(noCycles, files)).toEqual([
    "packages/deep/c.ts:1 closes a cycle: packages/a.ts -> packages/b.ts -> packages/deep/c.ts -> packages/a.ts",
  ]);
});

test("a diamond is no cycle", () => {
  const files = {
    "a.ts": `import "./b.ts"; import "./c.ts";`,
    "b.ts": `import "./d.ts";`,
    "c.ts": `import "./d.ts";`,
    "d.ts": "export {};",
  };
  expect(judge(noCycles, files)).toEqual([]);
});
