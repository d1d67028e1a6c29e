import { describe, expect, test } from "vitest";
import { askAgainMs, fits } from "./fits.ts";
import { fixedResources } from "./resources.ts";

describe("whether more work may start", () => {
  const use = fixedResources({ cpu: 0.7, memory: 0.4 }).now();

  test("it may as long as nothing is busier than its limit", () => {
    expect(fits(use, { cpu: 0.7, memory: 0.4 })).toBe(true);
    expect(fits(use, { cpu: 0.69, memory: 0.4 })).toBe(false);
    expect(fits(use, { cpu: 0.7, memory: 0.39 })).toBe(false);
  });

  test("what has no limit does not hold back", () => {
    expect(fits(use, { cpu: 0.8 })).toBe(true);
    expect(fits(use, { memory: 0.5 })).toBe(true);
    expect(fits(use, { cpu: undefined })).toBe(true);
    expect(fits({ cpu: 1, memory: 1 }, {})).toBe(true);
  });

  test("what stays held back is asked about less often, and never less than every 5 s", () => {
    expect([0, 1, 2, 3, 4, 5, 6, 10_000].map(askAgainMs)).toEqual([
      250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000,
    ]);
  });
});
