import { expect, test } from "vitest";
import { addToWindows, countsWithin, newWindowCounts } from "./window-counts.ts";

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 0, 1);

test("what comes late is counted where it belongs, and leaves the same behind as in order", () => {
  const times = [0, 1, 2, 3, 20, 90, 355].map((minute) => START + minute * MINUTE_MS);
  const [inOrder, late] = [newWindowCounts(), newWindowCounts()];
  for (const at of times) addToWindows(inOrder, at, "good");
  for (const at of times.toReversed()) addToWindows(late, at, "good");
  expect(late).toEqual(inOrder);
  const now = START + 365 * MINUTE_MS;
  expect(countsWithin(late, 360 * MINUTE_MS, now)).toEqual({ good: 3, bad: 0 });
  addToWindows(late, now, "bad");
  expect(late[0]?.map(([at]) => (at - START) / MINUTE_MS)).toEqual([20, 90, 355, 365]);
});

test("what comes later than all windows reach is not counted", () => {
  const counts = newWindowCounts();
  addToWindows(counts, START + 73 * 60 * MINUTE_MS, "good");
  const before = structuredClone(counts);
  addToWindows(counts, START, "bad");
  expect(counts).toEqual(before);
});
