import { expect, test } from "vitest";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { checkObjectives } from "./check-objectives.ts";
import { effectiveSettings } from "./effective-settings.ts";

const good = { name: "o", pattern: "p", success: 0.99 };

test("objectives are taken as they are", () => {
  const quick = { name: "quick", pattern: "p", latency: { p: 0.95, ms: 500 } };
  expect(checkObjectives(undefined)).toEqual([]);
  expect(checkObjectives([good, quick])).toEqual([good, quick]);
});

test("objectives are among the settings that hold", () => {
  const quick = { name: "quick", pattern: "p", latency: { p: 0.95, ms: 500 } };
  const settings = effectiveSettings({ patterns: [], engine: memoryEngine(), objectives: [good, quick] });
  expect(settings.filter(({ name }) => name.startsWith("objectives"))).toEqual([
    { name: "objectives['o']", value: "p: 0.99 succeed", source: "given" },
    { name: "objectives['quick']", value: "p: 0.95 within 500 ms", source: "given" },
  ]);
});

test.each<[unknown, string]>([
  [{}, "objectives is {}"],
  [Array.from({ length: 51 }, () => good), "objectives.length is 51"],
  [[7], "objectives[0] is 7"],
  [[good, { ...good }], "objectives[1].name is o"],
  [[{ ...good, name: "a b" }], "objectives[0].name is a b"],
  [[{ ...good, pattern: "" }], "objectives[0].pattern is ''"],
  [[{ ...good, success: 1 }], "objectives[0].success is 1"],
  [[{ ...good, success: 99 }], "objectives[0].success is 99"],
  [[{ ...good, sucess: 0.9 }], "objectives[0].sucess is 0.9"],
  [[{ name: "o", pattern: "p" }], "objectives[0] is { name: 'o', pattern: 'p' }"],
  [[{ ...good, latency: { p: 0.9, ms: 1 } }], "objectives[0] is { name: 'o', pattern: 'p'"],
  [[{ name: "o", pattern: "p", latency: 5 }], "objectives[0].latency is 5"],
  [[{ name: "o", pattern: "p", latency: { p: 0.9 } }], "objectives[0].latency.ms is undefined"],
  [[{ name: "o", pattern: "p", latency: { p: 95, ms: 5 } }], "objectives[0].latency.p is 95"],
  [[{ name: "o", pattern: "p", latency: { p: 0.9, ms: 5, s: 1 } }], "objectives[0].latency.s is 1"],
])("%#: what makes no sense is refused, with its place", (received, message) => {
  expect(() => checkObjectives(received)).toThrow(`createRuntime: ${message}`);
});
