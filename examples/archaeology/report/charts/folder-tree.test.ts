import { expect, test } from "vitest";
import { folderAreas } from "./folder-tree.ts";

test("areas add up to the root, with what is not listed as an area of its own", () => {
  const areas = folderAreas([
    { path: ".", files: 10, code: 1000, changes: 50, language: "TypeScript", ownLanguage: "JSON" },
    { path: "src", files: 6, code: 700, changes: 40, language: "TypeScript", ownLanguage: null },
    { path: "src/core", files: 4, code: 500, changes: 30, language: "TypeScript", ownLanguage: "TypeScript" },
    { path: "docs", files: 2, code: 100, changes: 0, language: "Markdown", ownLanguage: "Markdown" },
  ]);
  expect(areas.map(({ name, code, language }) => [name, code, language])).toEqual([
    ["src", 700, "TypeScript"],
    ["files at the top", 200, "JSON"],
    ["docs", 100, "Markdown"],
  ]);
  expect(
    areas[0]?.inside.map(({ name, code, changes, language }) => [name, code, changes, language]),
  ).toEqual([
    ["core", 500, 30, "TypeScript"],
    ["other files", 200, 10, null],
  ]);
});
