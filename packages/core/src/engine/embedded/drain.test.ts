import { expect, test } from "vitest";
import { ManualClock } from "../../clock.ts";
import { Drain } from "./drain.ts";

/** Notes when the promise has resolved. */
async function settledSoon(promise: Promise<void>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

test("where no attempt runs, a drain has ended at once", async () => {
  const drain = new Drain(new ManualClock());
  drain.announced();
  drain.settled();
  expect(await settledSoon(drain.ended(1_000))).toBe(true);
});

test("a drain ends with the last attempt, and leaves no timer", async () => {
  const clock = new ManualClock();
  const drain = new Drain(clock);
  drain.announced();
  drain.announced();
  const ended = drain.ended(1_000);
  drain.settled();
  expect(await settledSoon(ended)).toBe(false);
  drain.settled();
  expect(await settledSoon(ended)).toBe(true);
  expect(clock.nextDueAt()).toBeUndefined();
});

test("a drain ends when its limit is over, and attempts can be awaited further", async () => {
  const clock = new ManualClock();
  const drain = new Drain(clock);
  drain.announced();
  const inTime = drain.ended(1_000);
  clock.advance(1_000);
  expect(await settledSoon(inTime)).toBe(true);
  const ended = drain.ended();
  clock.advance(100_000);
  expect(await settledSoon(ended)).toBe(false);
  drain.settled();
  expect(await settledSoon(ended)).toBe(true);
});
