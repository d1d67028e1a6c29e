import { expect, test } from "vitest";
import { judge } from "../judge.ts";
import { filesAreShort, functionsAreShort, medianFileIsShort } from "./size.ts";

const lines = (count: number): string => "void 0;\n".repeat(count);

test("a file of 401 lines is caught, one of 400 is not", () => {
  expect(judge(filesAreShort, { "bench/short.ts": lines(400) })).toEqual([]);
  expect(judge(filesAreShort, { "bench/long.ts": lines(401) })).toEqual([
    "bench/long.ts:400 has 401 lines, at most 400",
  ]);
});

test.each([
  ["a declaration", `function f() {\n${lines(69)}}`],
  ["an arrow", `const f = () => {\n${lines(69)}};`],
  ["a method", `class C { f() {\n${lines(69)}} }`],
])("%s of 71 lines is caught", (_title, text) => {
  expect(judge(functionsAreShort, { "bench/a.ts": text })).toHaveLength(1);
});

test("a function of 70 lines and a long describe pass; a long test in it does not", () => {
  const files = {
    "bench/a.ts": `function f() {\n${lines(68)}}`,
    "bench/a.test.ts": `describe("a", () => {\n${lines(100)}});`,
  };
  expect(judge(functionsAreShort, files)).toEqual([]);
  const nested = `describe("a", () => {\n test("b", () => {\n${lines(70)} });\n});`;
  expect(judge(functionsAreShort, { "bench/b.test.ts": nested })).toHaveLength(1);
});

test("the median of published files is limited; tests don't count", () => {
  const files = {
    "packages/core/src/a.ts": lines(121),
    "packages/core/src/b.ts": lines(300),
    "packages/core/src/c.ts": lines(10),
    "packages/core/src/c.test.ts": lines(10),
    "packages/core/src/d.test.ts": lines(10),
  };
  expect(judge(medianFileIsShort, files)).toEqual(["packages:0 median file has 121 lines, at most 120"]);
});
