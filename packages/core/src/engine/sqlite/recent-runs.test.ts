import { expect, test } from "vitest";
import { RecentRuns, type LiveRun } from "./recent-runs.ts";

const group = {
  id: 1,
  pattern: "waits",
  domain: undefined,
  state: "waiting",
  outcome: undefined,
} as const;

function runWith(checksum: number): LiveRun {
  return { group, checksum };
}

test("of many runs only those written on lately are remembered", () => {
  const recent = new RecentRuns();
  for (let key = 1; key <= 100_000; key++) recent.keep(key, runWith(key));
  const known = Array.from({ length: 100_000 }, (_, index) => index + 1).filter((key) => recent.get(key));
  expect(known.length).toBeGreaterThanOrEqual(4_096);
  expect(known.length).toBeLessThanOrEqual(2 * 4_096);
  expect(known.at(-1)).toBe(100_000);
  expect(known.at(0)).toBe(100_000 - known.length + 1);
});

test("what is remembered of a run is what was last said of it", () => {
  const recent = new RecentRuns();
  recent.keep(1, runWith(1));
  for (let key = 2; key <= 5_000; key++) recent.keep(key, runWith(key));
  recent.keep(1, runWith(-1));
  expect(recent.get(1)).toEqual(runWith(-1));
  for (let key = 5_001; key <= 9_000; key++) recent.keep(key, runWith(key));
  expect(recent.get(1)).toEqual(runWith(-1));
  recent.delete(1);
  expect(recent.get(1)).toBeUndefined();
});
