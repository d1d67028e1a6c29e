import { expect, test } from "vitest";
import { judge } from "../judge.ts";
import { errorCodesAreUsed, errorCodesHavePages } from "./error-pages.ts";

const errors =
  'export type ErrorCode =\n  | "run-lost"\n  | "file-gone";\nexport type Other = "no-code" | "none";\n';
const tree = {
  "packages/core/src/errors.ts": errors,
  "packages/core/src/run.ts": 'throw new ReeveError("run-lost", "lost");',
  "packages/core/src/file.ts": 'export const failure = { code: "file-gone" };',
  "docs/errors/run-lost.md": "",
  "docs/errors/file-gone.md": "",
};

test("codes with a page each, stated by a call or as a code, pass", () => {
  expect(judge(errorCodesHavePages, tree)).toEqual([]);
  expect(judge(errorCodesAreUsed, tree)).toEqual([]);
});

test("a code without a page is caught where it is declared", () => {
  const { "docs/errors/run-lost.md": _page, ...rest } = tree;
  expect(judge(errorCodesHavePages, rest)).toEqual([
    "packages/core/src/errors.ts:2 run-lost has no page docs/errors/run-lost.md",
  ]);
});

test("a page without a code is caught", () => {
  expect(judge(errorCodesHavePages, { ...tree, "docs/errors/no-code.md": "" })).toEqual([
    "docs/errors/no-code.md:0 there is no error code 'no-code'",
  ]);
});

test.each([
  ["nowhere", ""],
  ["in a test only", undefined],
  ["as the name of a property", 'export const exits = { "file-gone": 8 };'],
  ["in a comparison", 'export const isGone = (code: string) => code === "file-gone";'],
  ["as a kind", 'export const event = { kind: "file-gone" };'],
])("a code that stands %s is caught", (_where, text) => {
  const files = {
    ...tree,
    "packages/core/src/file.ts": text ?? "",
    "packages/core/src/file.test.ts": text === undefined ? 'throw new ReeveError("file-gone", "x");' : "",
  };
  expect(judge(errorCodesAreUsed, files)).toEqual([
    "packages/core/src/errors.ts:3 file-gone is stated nowhere",
  ]);
});
