import { expect, test } from "vitest";
import { campaign } from "./campaign.ts";

const FIRST_SEED = 1;
const PROGRAMS = 480;

test("a run crashed after any write ends as if undisturbed", { timeout: 900_000 }, async () => {
  const { failures, programs, crashed, exact, repeated, coverage } = await campaign(FIRST_SEED, PROGRAMS);
  expect(failures.join("\n")).toBe("");
  expect(programs).toBe(PROGRAMS);
  expect(crashed).toBeGreaterThan(10 * PROGRAMS);
  // Most of what is compared is compared strictly, and walks were repeated in earnest.
  expect(exact / crashed).toBeGreaterThan(0.4);
  expect(repeated).toBeGreaterThan(4 * crashed);
  expect(coverage.empty()).toEqual([]);
});
