import { expect, test } from "vitest";
import type { RegisteredPattern } from "../access/runtime-access.ts";
import { patternLines } from "./pattern-lines.ts";
import type { OutputStream } from "./terminal.ts";
import { widthOf } from "./text-width.ts";

const row: RegisteredPattern = {
  name: "orders.fulfil",
  kind: "sequential",
  description: undefined,
  matches: { domain: "orders", attributes: { express: [true, "yes"], tenant: { matches: "acme-.+" } } },
  version: "0123456789ab",
  steps: 2,
  advice: [
    { code: "timeout-missing", path: "reserve", message: "a sentence of many words that goes on and on" },
  ],
  similar: [],
  lighter: [],
};

function window(columns: number): OutputStream {
  return {
    paint: (_, text) => text,
    isLive: true,
    columns,
    rows: 24,
    write: () => {},
    line: () => {},
    divert: () => () => {},
    onResize: () => () => {},
  };
}

test("a window that is wide enough gets a table", () => {
  expect(patternLines([row], { hasAdvice: false, isAlone: false }, window(120))).toEqual([
    "NAME           VERSION       STEPS  SERVES",
    "orders.fulfil  0123456789ab  2      orders, express=true|yes, tenant~acme-.+",
  ]);
});

test("a narrow window gets everything, line by line", () => {
  for (const columns of [32, 44, 60]) {
    const lines = patternLines([row], { hasAdvice: true, isAlone: true }, window(columns));
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    const text = lines.map((line) => line.trim()).join(" ");
    expect(text).toContain("version 0123456789ab serves: orders, express=true|yes, tenant~acme-.+");
    expect(text).toContain("! timeout-missing at reserve: a sentence of many words that goes on and on");
  }
});
