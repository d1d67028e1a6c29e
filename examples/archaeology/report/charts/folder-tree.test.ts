import { expect, test } from "vitest";
import { folderAreas } from "./folder-tree.ts";

test("areas add up to the root, with what is not listed as an area of its own", () => {
  const areas = folderAreas([
    { path: ".", files: 10, code: 1000, changes: 50 },
    { path: "src", files: 6, code: 700, changes: 40 },
    { path: "src/core", files: 4, code: 500, changes: 30 },
    { path: "docs", files: 2, code: 100, changes: 0 },
  ]);
  expect(areas.map(({ name, code }) => [name, code])).toEqual([
    ["src", 700],
    ["files at the top", 200],
    ["docs", 100],
  ]);
  expect(areas[0]?.inside.map(({ name, code, changes }) => [name, code, changes])).toEqual([
    ["core", 500, 30],
    ["other files", 200, 10],
  ]);
});
