import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ManualClock, systemClock } from "./clock.ts";

const DAY_MS = 86_400_000;

describe("the manual clock", () => {
  test("fires timers in order of due time, then of creation, each at its own time", () => {
    const clock = new ManualClock(0);
    const fired: string[] = [];
    for (const [name, delayMs] of [
      ["c", 30],
      ["a", 10],
      ["b", 20],
      ["a2", 10],
    ] as const)
      clock.timer(delayMs, () => fired.push(`${name} at ${clock.now()}`));
    clock.advance(20);
    expect(fired).toEqual(["a at 10", "a2 at 10", "b at 20"]);
    expect([clock.now(), clock.nextDueAt()]).toEqual([20, 30]);
    clock.advance(100);
    expect(fired.at(-1)).toBe("c at 30");
    expect([clock.now(), clock.monotonic(), clock.nextDueAt()]).toEqual([120, 120, undefined]);
  });

  test("fires timers that timers set, when they come due in the same step", () => {
    const clock = new ManualClock(0);
    const fired: number[] = [];
    const again = (): void => {
      fired.push(clock.now());
      if (fired.length < 4) clock.timer(10, again);
    };
    clock.timer(10, again);
    clock.advance(35);
    expect(fired).toEqual([10, 20, 30]);
    clock.advance(5);
    expect(fired).toEqual([10, 20, 30, 40]);
  });

  test("never fires a cancelled timer, also when another one cancels it in the same step", () => {
    const clock = new ManualClock(0);
    const fired: string[] = [];
    const cancel = clock.timer(10, () => fired.push("never"));
    clock.timer(5, () => cancel());
    clock.timer(10, () => fired.push("fires"));
    clock.advance(10);
    cancel();
    expect(fired).toEqual(["fires"]);
  });

  test("a delay below 0 is due at once, but only when time is moved", () => {
    const clock = new ManualClock(0);
    let fired = 0;
    clock.timer(-5, () => fired++);
    expect([fired, clock.nextDueAt()]).toEqual([0, 0]);
    clock.advance(0);
    expect(fired).toBe(1);
  });
});

describe("skipping from timer to timer", () => {
  /** Sets itself again for ever, as a poll does. */
  function poll(clock: ManualClock, everyMs: number, fired: number[]): void {
    const again = (): void => {
      fired.push(clock.now());
      clock.timer(everyMs, again, { keepAlive: false });
    };
    clock.timer(everyMs, again, { keepAlive: false });
  }

  test("goes to the next timer, fires all that are due then, and says when none is left", () => {
    const clock = new ManualClock(0);
    const fired: string[] = [];
    for (const name of ["a", "b"]) clock.timer(30 * DAY_MS, () => fired.push(name));
    clock.timer(31 * DAY_MS, () => fired.push("c"));
    expect([clock.skipToNext(), clock.now(), fired]).toEqual([true, 30 * DAY_MS, ["a", "b"]]);
    expect([clock.skipToNext(), clock.now(), fired]).toEqual([true, 31 * DAY_MS, ["a", "b", "c"]]);
    expect([clock.skipToNext(), clock.now()]).toEqual([false, 31 * DAY_MS]);
  });

  test("stops at its bound, where what is due fires", () => {
    const clock = new ManualClock(0);
    const fired: number[] = [];
    for (const delayMs of [10, 20, 21]) clock.timer(delayMs, () => fired.push(clock.now()));
    expect([clock.skipToNext(20), clock.skipToNext(20), clock.skipToNext(20)]).toEqual([true, true, false]);
    expect([fired, clock.now()]).toEqual([[10, 20], 20]);
    expect(clock.skipToNext(15)).toBe(false);
    expect(clock.now()).toBe(20);
  });

  test("a poll fires at its time once, and then with what else happens, however long that takes", () => {
    const clock = new ManualClock(0);
    const polled: number[] = [];
    poll(clock, 50, polled);
    clock.timer(DAY_MS, () => {});
    while (clock.now() < DAY_MS) clock.skipToNext();
    expect([clock.now(), polled]).toEqual([DAY_MS, [50, DAY_MS]]);
  });

  test("a poll alone does not hold time in motion", () => {
    const clock = new ManualClock(0);
    const polled: number[] = [];
    poll(clock, 50, polled);
    expect([clock.skipToNext(), clock.skipToNext(), clock.now()]).toEqual([true, false, 50]);
    clock.skipToNext(DAY_MS);
    expect([polled, clock.now()]).toEqual([[50, DAY_MS], DAY_MS]);
  });

  test("work that a poll sets is gone to, and polls are gone to again after it", () => {
    const clock = new ManualClock(0);
    const polled: number[] = [];
    let fired = 0;
    clock.timer(20, () => clock.timer(1_000, () => fired++), { keepAlive: false });
    poll(clock, 50, polled);
    while (clock.skipToNext()) expect(clock.now()).toBeLessThan(DAY_MS);
    expect([fired, clock.now(), polled]).toEqual([1, 1_070, [50, 1_020, 1_070]]);
  });

  test("what was cancelled is not gone to", () => {
    const clock = new ManualClock(0);
    clock.timer(10, () => expect.unreachable())();
    clock.timer(20, () => expect.unreachable(), { keepAlive: false })();
    expect([clock.skipToNext(), clock.now(), clock.nextDueAt()]).toEqual([false, 0, undefined]);
  });

  test("a stalled clock fires nothing until it is moved, and then what is late first", () => {
    const clock = new ManualClock(0);
    const fired: string[] = [];
    clock.timer(5, () => fired.push(`late at ${clock.now()}`));
    clock.timer(20, () => fired.push(`in time at ${clock.now()}`));
    clock.stall(10);
    expect([clock.now(), fired]).toEqual([10, []]);
    clock.skipToNext();
    clock.skipToNext();
    expect(fired).toEqual(["late at 10", "in time at 20"]);
  });
});

test("100,000 timers fire in the order of their due times, without those that were cancelled", () => {
  const clock = new ManualClock(0);
  const fired: number[] = [];
  const cancels: (() => void)[] = [];
  for (let index = 0; index < 100_000; index++) {
    // The factor has no divisor in common with the count: every delay once, in no order.
    const cancel = clock.timer((index * 77_773) % 100_000, () => fired.push(clock.now()));
    if (index % 4 === 3) cancels.push(cancel);
  }
  for (const cancel of cancels) cancel();
  clock.advance(50_000);
  while (clock.skipToNext());
  expect([fired.length, clock.nextDueAt()]).toEqual([75_000, undefined]);
  expect(fired).toEqual(fired.toSorted((one, other) => one - other));
});

/** The platform's time, driven by hand. As the real one, it takes delays over 2^31 - 1 ms for 1 ms. */
class Platform {
  readonly #clock = new ManualClock(0);
  readonly #real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  readonly #realNow = Date.now;
  wallTime = 1_000_000;
  timers = 0;

  install(): void {
    const setTimeout = (fire: () => void, delayMs: number): { cancel(): void; unref(): void } => {
      this.timers++;
      const end = (): void => void this.timers--;
      const cancelTimer = this.#clock.timer(delayMs > 2 ** 31 - 1 ? 1 : delayMs, () => {
        end();
        handle.cancel = () => {};
        fire();
      });
      const handle = {
        cancel: () => {
          end();
          cancelTimer();
          handle.cancel = () => {};
        },
        unref: () => {},
      };
      return handle;
    };
    Object.assign(globalThis, { setTimeout, clearTimeout: (handle: { cancel(): void }) => handle.cancel() });
    Date.now = () => this.wallTime;
  }

  restore(): void {
    Object.assign(globalThis, this.#real);
    Date.now = this.#realNow;
  }

  advance(ms: number): void {
    this.#clock.advance(ms);
  }
}

describe("the system clock", () => {
  let platform = new Platform();
  beforeEach(() => {
    platform = new Platform();
    platform.install();
  });
  afterEach(() => platform.restore());

  test("a timer of 60 days, more than one timer of the platform can do, fires after 60 days", () => {
    let fired = 0;
    systemClock().timer(60 * DAY_MS, () => fired++);
    platform.advance(60 * DAY_MS - 1);
    expect([fired, platform.timers]).toEqual([0, 1]);
    platform.advance(1);
    expect([fired, platform.timers]).toEqual([1, 0]);
  });

  test.each([0, 2 ** 31 - 2, 2 ** 31 - 1, 2 ** 31, 2 ** 32])(
    "a timer of %i ms fires when it is due",
    (delayMs) => {
      let fired = 0;
      systemClock().timer(delayMs, () => fired++);
      platform.advance(delayMs - 1);
      expect(fired).toBe(0);
      platform.advance(1);
      expect(fired).toBe(1);
    },
  );

  test("a long timer can be cancelled in any of its parts, and twice", () => {
    let fired = 0;
    const cancel = systemClock().timer(60 * DAY_MS, () => fired++);
    platform.advance(30 * DAY_MS);
    cancel();
    cancel();
    expect(platform.timers).toBe(0);
    platform.advance(60 * DAY_MS);
    expect(fired).toBe(0);
  });

  test("a timer never fires before its delay, fractions included", () => {
    let fired = 0;
    systemClock().timer(10.2, () => fired++);
    platform.advance(10.1);
    expect(fired).toBe(0);
    platform.advance(0.9);
    expect(fired).toBe(1);
  });

  test("now never runs backwards, though the machine's time does", () => {
    const clock = systemClock();
    expect(clock.now()).toBe(1_000_000);
    platform.wallTime = 400_000;
    expect(clock.now()).toBe(1_000_000);
    platform.wallTime = 1_000_005;
    expect(clock.now()).toBe(1_000_005);
  });
});
