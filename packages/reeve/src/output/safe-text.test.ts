import { expect, test } from "vitest";
import { jsonText } from "./json-text.ts";
import { oneLine, safeLines, shorten } from "./safe-text.ts";
import { fitTo, padTo, widthOf } from "./text-width.ts";

test.each([
  ["\u001b[31mred\u001b[0m", "red"],
  ["\u001b]0;title\u0007text", "text"],
  ["\u009b31mred", "red"],
  ["one\r\n  two\nthree", "one two three"],
  ["a\tb\bc\u0000", "a b�c�"],
  ["abc\u202edcb", "abc�dcb"],
  ["grüße 日本 👋", "grüße 日本 👋"],
])("%j becomes %j", (text, safe) => {
  expect(oneLine(text)).toBe(safe);
});

test("lines of a stack stay lines, each of them harmless", () => {
  expect(safeLines("Error: a\u001b[2J\r\n    at b\u0007")).toEqual(["Error: a", "    at b�"]);
});

test("JSON for a terminal has no control characters, and still parses to the same", () => {
  const text = jsonText({ text: "\u001b[31m\u009b2J\u202e" });
  // eslint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  expect(JSON.parse(text)).toEqual({ text: "\u001b[31m\u009b2J\u202e" });
});

test("JSON shows what it lacks in its nearest form", () => {
  const value = {
    map: new Map([["a", 1n]]),
    set: new Set([1]),
    nan: Number.NaN,
    date: new Date(0),
    gone: undefined,
  };
  expect(jsonText(value)).toBe('{"map":{"a":"1"},"set":[1],"nan":"NaN","date":"1970-01-01T00:00:00.000Z"}');
  expect(jsonText(undefined)).toBe("null");
});

test("text is shortened by characters, not by halves of them", () => {
  expect(shorten("👋👋👋", 2)).toBe("👋…");
  expect(shorten("abc", 3)).toBe("abc");
});

test("the width of a line counts wide characters twice and colours not at all", () => {
  expect(widthOf("\u001b[31m日本\u001b[0m é👋")).toBe(8);
  expect(padTo("日", 4)).toBe("日  ");
});

test("a line is cut to its columns, and its colour is closed", () => {
  expect(fitTo("abcdef", 4)).toBe("abc…");
  expect(fitTo("\u001b[31mabcdef\u001b[39m", 4)).toBe("\u001b[31mabc\u001b[0m…");
  expect(fitTo("日本語", 4)).toBe("日…");
  expect(widthOf(fitTo("日本語日本語", 7))).toBeLessThanOrEqual(7);
});
