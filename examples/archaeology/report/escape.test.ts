import { expect, test } from "vitest";
import { escapeText, neutralise, shortenEnd, shortenMiddle } from "./escape.ts";

test("markup characters become entities", () => {
  expect(escapeText(`<a href="x">&'`)).toBe("&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
});

test("characters that act instead of show are written as escapes", () => {
  expect(neutralise("a\nb\tc\u0000d\u202ee\u2066f\u200bg\ufeffh\u{e0041}i")).toBe(
    "a\\nb\\tc\\u{0}d\\u{202e}e\\u{2066}f\\u{200b}g\\u{feff}h\\u{e0041}i",
  );
});

test("names in other scripts and emoji with joiners stay as they are", () => {
  for (const name of ["עדן לוי", "می‌خواهم", "👩‍💻", "Chloé"]) expect(neutralise(name)).toBe(name);
});

test("half of a surrogate pair becomes a replacement character", () => {
  expect(neutralise("a\ud83d")).toBe("a\ufffd");
});

test("a long path keeps its first folder and its file name", () => {
  const path = `packages/${"deep/".repeat(40)}reader.ts`;
  const short = shortenMiddle(path, 40);
  expect(Array.from(short).length).toBeLessThanOrEqual(40);
  expect(short).toMatch(/^packages\/.*….*reader\.ts$/);
});

test("shortening never cuts a character in two", () => {
  const short = shortenMiddle("😀".repeat(100), 21) + shortenEnd("😀".repeat(100), 9);
  expect(short.isWellFormed()).toBe(true);
  expect(shortenEnd("short", 5)).toBe("short");
});
