import { expect, test } from "vitest";
import { judge } from "../judge.ts";
import { exportStarOnlyInFrontDoor, indexOnlyAtRoots } from "./barrels.ts";

test("index.ts below a package root is caught", () => {
  const files = {
    "packages/core/src/index.ts": "",
    "packages/core/src/engine/index.ts": "",
    "bench/index.ts": "",
  };
  expect(judge(indexOnlyAtRoots, files)).toHaveLength(2);
});

test("export * is caught outside the front door", () => {
  const text = `export * from "./clock.ts";\nexport { now } from "./clock.ts";`;
  expect(judge(exportStarOnlyInFrontDoor, { "packages/core/src/index.ts": text })).toEqual([
    "packages/core/src/index.ts:1 export *; name what is exported",
  ]);
  expect(judge(exportStarOnlyInFrontDoor, { "packages/reeve/src/index.ts": text })).toEqual([]);
});
