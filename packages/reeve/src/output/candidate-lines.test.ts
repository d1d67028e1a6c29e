import { expect, test } from "vitest";
import { candidateLines } from "./candidate-lines.ts";
import type { OutputStream } from "./terminal.ts";

const plain: OutputStream = {
  isLive: false,
  columns: 80,
  paint: (_style, text) => text,
  rows: 24,
  write: () => {},
  line: () => {},
  divert: () => () => {},
  onResize: () => () => {},
};
const row = { mean: 0.5, low: 0.2, high: 0.8, propensity: 0, outcomes: undefined, caution: "" };

test("a pattern that needs an agent whose breaker is open is told to be not allowed, with since when", () => {
  const because =
    "the breaker of agent 'charge' is open since 2026-01-01T12:00:00.000Z: 4 of the last 4 attempts failed";
  const lines = candidateLines([{ ...row, pattern: "pay", reason: "breaker-open", because }], plain);
  expect(lines.at(-1)).toContain(`not allowed: ${because}`);
  const without = candidateLines([{ ...row, pattern: "pay", reason: "breaker-open" }], plain);
  expect(without.at(-1)).toContain("not allowed: an agent that it needs keeps failing");
});
