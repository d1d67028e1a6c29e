import { expect, test } from "vitest";
import { fastClock } from "./fast-clock.ts";

const STARTED_AT = Date.UTC(2031, 3, 5);

test("its time begins where it is told to, and a timer fires when its delay has passed on it, not before", async () => {
  const clock = fastClock(100, STARTED_AT);
  const before = clock.monotonic();
  expect(clock.now()).toBeGreaterThanOrEqual(STARTED_AT);
  await new Promise<void>((fired) => clock.timer(5_000, fired));
  expect(clock.monotonic() - before).toBeGreaterThanOrEqual(5_000);
  expect(clock.now()).toBeGreaterThanOrEqual(STARTED_AT + 5_000);
});

test("a timer that was cancelled does not fire", async () => {
  const clock = fastClock(1_000, STARTED_AT);
  let hasFired = false;
  const cancel = clock.timer(2_000, () => (hasFired = true));
  cancel();
  await new Promise<void>((fired) => clock.timer(6_000, fired));
  expect(hasFired).toBe(false);
});
