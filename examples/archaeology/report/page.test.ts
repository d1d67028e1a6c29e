import { describe, expect, test } from "vitest";
import type { Excavation } from "../analysis/excavation.ts";
import { large, makeExcavation, medium, small, type FixtureOptions } from "./excavation-fixture.ts";
import { renderReport } from "./page.ts";

const sizes: readonly (readonly [string, FixtureOptions])[] = [
  ["small", small],
  ["medium", medium],
  ["large", large],
];

describe.each(sizes)("a %s excavation", (_name, options) => {
  const html = renderReport(makeExcavation(options));

  test("gives the same bytes each time", () => {
    expect(renderReport(makeExcavation(options))).toBe(html);
  });

  test("is well-formed with unique ids and working links", () => {
    expect(flaws(html)).toEqual([]);
  });

  test("names no other resource and runs nothing", () => {
    expect(html).not.toMatch(/https?:|\bsrc=|@import|url\(|<script|<link|<iframe|\son\w+=|\sstyle=/i);
  });

  test("holds no NaN, undefined or object", () => {
    expect(html).not.toMatch(/NaN|undefined|\[object|Infinity/);
  });
});

test("an empty folder gives a page that says so", () => {
  const html = renderReport(emptied(makeExcavation(small)));
  expect(flaws(html)).toEqual([]);
  expect(html).toContain("There is no file to study");
  for (const sentence of ["No imports were found", "No copied passages", "Nothing looks like a secret"]) {
    expect(html).toContain(sentence);
  }
  expect(html).not.toMatch(/NaN|Infinity|undefined/);
});

test("without git history the page says how to get it", () => {
  const html = renderReport(makeExcavation(small));
  expect(html).toContain("git fetch --unshallow");
  expect(html).toContain("There are no authors to show");
});

const hostile = `</title></code><script>alert(1)</script>"' onmouseover='x' javascript:y \u202egnp.exe\n&lt;<!--\u0000`;

test("hostile names cannot become markup, attributes or reordered text", () => {
  const html = renderReport(poisoned(makeExcavation(medium)));
  expect(flaws(html)).toEqual([]);
  expect(html).not.toMatch(/<script|<!--/);
  for (const character of ["\u0000", "\u202e", "\u2066"]) expect(html).not.toContain(character);
  const { tags } = tokens(html);
  expect(tags.filter((tag) => /\son[a-z]+\s*=/i.test(tag.replace(/"[^"]*"/g, '""')))).toEqual([]);
  expect(
    tags.filter((tag) => /\shref=(?!"#[a-z]+")/i.test(tag.replace(/(title|label)="[^"]*"/g, ""))),
  ).toEqual([]);
  expect(html).toContain("\\u{202e}gnp.exe\\n&amp;lt;");
});

test("a value that looks like finished markup but came as JSON is not taken for it", () => {
  const excavation = makeExcavation(small);
  const forged: Excavation = JSON.parse(
    JSON.stringify({ ...excavation, languages: [{ ...excavation.languages[0], language: "<b onclick=x>" }] }),
  );
  expect(renderReport(forged)).not.toContain("<b onclick");
});

test("twenty thousand files with the longest lists stay within 1.5 MB", () => {
  const html = renderReport(
    makeExcavation({ ...large, files: 20_000, languages: 300, months: 500, authors: 4000, cycles: 900 }),
  );
  expect(Buffer.byteLength(html)).toBeLessThan(1_500_000);
  expect(html).toContain("more that are not listed here");
});

test("one endless name does not swell the page", () => {
  const html = renderReport(replaceTexts(makeExcavation(medium), () => "x/".repeat(50_000)));
  expect(Buffer.byteLength(html)).toBeLessThan(3_000_000);
});

/** What is wrong with the page: tags left open or crossed, ids given twice, links to nowhere. */
function flaws(html: string): string[] {
  const found: string[] = [];
  const open: string[] = [];
  const { tags } = tokens(html);
  for (const tag of tags) {
    const name = /^<\/?([a-z0-9]+)/i.exec(tag)?.[1]?.toLowerCase() ?? "";
    if (name === "" || tag.endsWith("/>") || ["meta", "br", "wbr"].includes(name)) continue;
    if (!tag.startsWith("</")) open.push(name);
    else if (open.pop() !== name) found.push(`${tag} closes nothing`);
  }
  found.push(...open.map((name) => `<${name}> is left open`));
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1] ?? "");
  found.push(...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `id ${id} is given twice`));
  const targets = [...html.matchAll(/(?:href="#|aria-labelledby=")([^"]*)"/g)].map((match) => match[1] ?? "");
  return [...found, ...targets.filter((id) => !ids.includes(id)).map((id) => `${id} leads nowhere`)];
}

/** Tags of the page; a `<` that begins none is an escape forgotten and shows up as an odd tag. */
function tokens(html: string): { readonly tags: string[] } {
  const body = html.replace(/^<!doctype html>/, "").replace(/<style>[^<]*<\/style>/, "");
  return { tags: body.match(/<(?:"[^"]*"|[^">])*>/g) ?? [] };
}

function poisoned(excavation: Excavation): Excavation {
  return replaceTexts(excavation, (text) => `${text.slice(0, 4)}${hostile}`);
}

/** Replaces texts everywhere except where the type allows certain values only. */
function replaceTexts(excavation: Excavation, replace: (text: string) => string): Excavation {
  const fixed = new Set(["generatedAt", "firstAt", "lastAt", "month", "basis"]);
  const replaced: Excavation = JSON.parse(
    JSON.stringify(excavation, (key, value: unknown) => {
      return typeof value === "string" && !fixed.has(key) ? replace(value) : value;
    }),
  );
  return replaced;
}

function emptied({ knowledge: _knowledge, history: _history, ...excavation }: Excavation): Excavation {
  const zeroed: Excavation = JSON.parse(
    JSON.stringify(excavation, (_key, value: unknown) => {
      if (typeof value === "number") return 0;
      return Array.isArray(value) ? [] : value;
    }),
  );
  return { ...zeroed, coverage: { ...zeroed.coverage, ratio: 1 } };
}
