import { describe, expect, test } from "vitest";
import { ManualClock, type Clock } from "../../clock.ts";
import type { PlaceLimit } from "../../delegation/limit.ts";
import { Places } from "./places.ts";

function open(limits: { [place: string]: Partial<PlaceLimit> }) {
  const clock = new ManualClock();
  const places = new Places(clock, (place) => {
    const limit = limits[place];
    return limit && { concurrency: limit.concurrency, perSecond: limit.perSecond };
  });
  return { limits, clock, places };
}

/** How many begin when each begins as soon as it may, and the clock comes late by up to `lateMs`. */
function begunIn(ms: number, perSecond: number, lateMs: number): number {
  const { clock, places } = open({ rate: { perSecond } });
  const end = clock.now() + ms;
  let begun = 0;
  while (clock.now() < end) {
    const waitMs = places.waitMs(["rate"]);
    if (waitMs > 0) clock.advance(waitMs + (begun % (lateMs + 1)));
    else {
      places.begin(["rate"]);
      begun++;
    }
  }
  return begun;
}

describe("how many at once", () => {
  test("there is room up to the limit, and again when somebody leaves", () => {
    const { places } = open({ two: { concurrency: 2 } });
    places.begin(["two"]);
    expect(places.waitMs(["two"])).toBe(0);
    places.begin(["two"]);
    expect(places.waitMs(["two"])).toBe(Infinity);
    places.leave(["two"]);
    expect(places.waitMs(["two"])).toBe(0);
  });

  test("of several places each has to have room", () => {
    const { places } = open({ one: { concurrency: 1 }, many: { concurrency: 9 } });
    places.begin(["one", "many"]);
    expect([places.waitMs(["many"]), places.waitMs(["many", "one"])]).toEqual([0, Infinity]);
  });

  test("a place without a limit has room for everybody", () => {
    const { places } = open({});
    for (let many = 0; many < 1_000; many++) places.begin(["gone"]);
    expect(places.waitMs(["gone"])).toBe(0);
  });

  test("who works before there is a limit counts, so that nobody begins beyond it", () => {
    const { places } = open({ two: { concurrency: 2 } });
    for (let many = 0; many < 3; many++) places.take(["two"]);
    places.leave(["two"]);
    expect(places.waitMs(["two"])).toBe(Infinity);
    places.leave(["two"]);
    expect(places.waitMs(["two"])).toBe(0);
  });

  test("a closed place lets nobody begin, and those go on who have begun", () => {
    const { places } = open({ closed: { concurrency: 0 } });
    expect([places.waitMs(["closed"]), places.hasRoom(["closed"])]).toEqual([Infinity, true]);
  });
});

describe("how many a second", () => {
  test.each([
    [0.5, 0],
    [1, 20],
    [10, 0],
    [10, 20],
    [333, 7],
    [1_000, 20],
  ])("%d begin each second over a minute, although timers are up to %d ms late", (perSecond, lateMs) => {
    const expected = 60 * perSecond;
    const begun = begunIn(60_000, perSecond, lateMs);
    // A minute that begins with a beginning can have one more than it has intervals.
    expect(Math.abs(begun - expected)).toBeLessThanOrEqual(Math.max(1, expected * 0.02));
  });

  test("what was not used for an hour is not made up for", () => {
    const { clock, places } = open({ rate: { perSecond: 10 } });
    places.begin(["rate"]);
    clock.advance(3_600_000);
    let atOnce = 0;
    for (; places.waitMs(["rate"]) === 0; atOnce++) places.begin(["rate"]);
    expect(atOnce).toBeLessThanOrEqual(4);
  });

  test("one a second never gives two in one moment", () => {
    const { clock, places } = open({ rate: { perSecond: 1 } });
    places.begin(["rate"]);
    expect(places.waitMs(["rate"])).toBe(750);
    clock.advance(60_000);
    places.begin(["rate"]);
    expect(places.waitMs(["rate"])).toBe(750);
  });

  test("going on after a wait is no beginning", () => {
    const { places } = open({ rate: { perSecond: 1 } });
    for (let many = 0; many < 10; many++) places.take(["rate"]);
    expect(places.waitMs(["rate"])).toBe(0);
  });

  test("each of 30,000 keys has its rate, though idle ones are forgotten", () => {
    const limits: { [place: string]: Partial<PlaceLimit> } = {};
    for (let key = 0; key < 30_000; key++) limits[`key ${key}`] = { perSecond: 1 };
    const { places } = open(limits);
    for (const place of Object.keys(limits)) places.begin([place]);
    for (const place of Object.keys(limits)) expect(places.waitMs([place])).toBe(750);
  });
});

test("a clock that is set back holds no rate up", () => {
  const clock = new ManualClock();
  // As the system's clock does it: `now` stands still until the time of day is where it was.
  const setBack: Clock = {
    now: () => 0,
    monotonic: () => clock.monotonic(),
    timer: (...timer) => clock.timer(...timer),
    hold: () => clock.hold(),
  };
  const places = new Places(setBack, () => ({ concurrency: undefined, perSecond: 2 }));
  places.begin(["rate"]);
  const waitMs = places.waitMs(["rate"]);
  expect(waitMs).toBeGreaterThan(0);
  clock.advance(waitMs);
  expect(places.waitMs(["rate"])).toBe(0);
});
