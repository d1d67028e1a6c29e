import { describe, expect, test } from "vitest";
import { ManualClock } from "../../clock.ts";
import { seededRandom } from "../../random.ts";
import { MemoryLog, openMemoryStore } from "../memory/memory-store.ts";
import type { PlaceLimit } from "../../delegation/limit.ts";
import type { RunKey, Store } from "../store.ts";
import { Committer } from "./committer.ts";
import { Queue } from "./queue.ts";

const NORMAL = 2;
const CRITICAL = 4;

interface Wish {
  readonly places: readonly string[];
  readonly priority?: number;
  readonly notBefore?: number;
  readonly deadline?: number;
}

/** A queue on a log in memory; what begins is noted, and goes on until it is told to end. */
function openQueue(limits: { [place: string]: Partial<PlaceLimit> }, log: MemoryLog = new MemoryLog()) {
  const memory = openMemoryStore(log);
  const reads: number[] = [];
  const store: Store = {
    ...memory,
    queueOf: (...asked) => {
      const rows = memory.queueOf(...asked);
      reads.push(rows.length);
      return rows;
    },
  };
  const clock = new ManualClock();
  const committer = new Committer(store, clock, {
    committed: () => {},
    unavailable: () => {},
    failed: (error) => {
      throw error;
    },
  });
  const begun: RunKey[] = [];
  const wishes = new Map<RunKey, Wish>();
  /** Is told each run that begins. */
  const bench = { onBegin: (_key: RunKey): void => {} };
  const queue = new Queue({
    store,
    clock,
    committer,
    limitOf: (place) => {
      const limit = limits[place];
      return limit && { concurrency: limit.concurrency, perSecond: limit.perSecond };
    },
    admit: (key) => {
      begun.push(key);
      bench.onBegin(key);
    },
  });
  const start = (key: RunKey, wish: Wish): void => {
    wishes.set(key, wish);
    if (queue.enters(wish)) begun.push(key);
    else queue.put(key, wish.priority ?? NORMAL, wish);
  };
  const end = (key: RunKey): void => queue.leave(wishes.get(key)?.places ?? ["all"]);
  const cancel = (key: RunKey): void => {
    const { priority = NORMAL, places = [] } = wishes.get(key) ?? {};
    queue.remove(key, priority, places);
  };
  return { log, limits, reads, clock, committer, queue, begun, bench, start, end, cancel };
}

/** As `openQueue`, ready to begin. */
async function queueOf(limits: { [place: string]: Partial<PlaceLimit> }, log?: MemoryLog) {
  const opened = openQueue(limits, log);
  opened.queue.open();
  await turns();
  return opened;
}

/** Lets batches be committed, and what waits for them go on. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

const of = (key: string): Wish => ({ places: ["all", `key ${key}`] });

describe("turns", () => {
  test("with 100,000 runs of one key queued, another key's first begins after at most one other per slot", async () => {
    const slots = 4;
    const { start, end, begun, clock } = await queueOf({ all: { concurrency: slots } });
    for (const key of range(1, 100_000)) start(key, of("large"));
    await turns();
    // Until the backlog is old: waiting long must not put it before others.
    for (let round = 0; round < 20; round++) {
      for (const key of begun.slice(-slots)) end(key);
      clock.advance(10_000);
      await turns();
    }
    const before = begun.length;
    start(200_000, of("small"));
    await turns();
    expect(begun).toHaveLength(before);
    for (const key of begun.slice(-slots)) end(key);
    await turns();
    expect(begun.slice(before)).toContain(200_000);
    expect(begun.slice(before).indexOf(200_000)).toBeLessThanOrEqual(1);
  });

  test("keys that wait begin one run each before any of them begins two", async () => {
    const { start, end, begun } = await queueOf({ all: { concurrency: 1 } });
    start(1, of("a"));
    for (const key of range(100, 4)) start(key, of("a"));
    for (const key of range(200, 4)) start(key, of("b"));
    for (const key of range(300, 4)) start(key, of("c"));
    await drain(begun, end);
    expect(begun).toEqual([1, 100, 200, 300, 101, 201, 301, 102, 202, 302, 103, 203, 303]);
  });

  test("who starts a run at each end of one does not keep the others from beginning", async () => {
    const { start, end, begun, committer } = await queueOf({ all: { concurrency: 1 } });
    start(1, of("hasty"));
    start(2, of("patient"));
    await turns();
    let next = 10;
    for (let round = 0; round < 5 && !begun.includes(2); round++) {
      const current = begun.at(-1) ?? 0;
      committer.afterCommit(() => {
        end(current);
        start(next++, of("hasty"));
      });
      await turns();
    }
    expect(begun).toEqual([1, 2]);
  });

  test("a key that had run empty has no more turns than the others", async () => {
    const { start, end, begun } = await queueOf({ all: { concurrency: 1 } });
    start(1, of("a"));
    for (const key of range(100, 3)) start(key, of("a"));
    start(200, of("b"));
    await turns();
    let next = 201;
    while (begun.length < 7) {
      const current = begun.at(-1) ?? 0;
      end(current);
      if (current >= 200) start(next++, of("b"));
      await turns();
    }
    expect(begun).toEqual([1, 100, 200, 101, 201, 102, 202]);
  });
});

describe("priority", () => {
  const at = (priority: number): Wish => ({ places: ["all"], priority });

  test("the most urgent run begins first, and runs alike in the order they were queued", async () => {
    const { start, end, begun } = await queueOf({ all: { concurrency: 1 } });
    const priorities = [2, 2, 0, 4, 1, 4, 3];
    for (const [index, priority] of priorities.entries()) start(index + 1, at(priority));
    await turns();
    await drain(begun, end);
    expect(begun).toEqual([1, 4, 6, 7, 2, 5, 3]);
  });

  test("an urgent run begins before a backlog, however long that has been waiting", async () => {
    const { start, end, begun, clock } = await queueOf({ all: { concurrency: 1 } });
    for (const key of range(1, 500)) start(key, at(1));
    await turns();
    for (let round = 0; round < 100; round++) {
      clock.advance(10_000);
      end(begun.at(-1) ?? 0);
      await turns();
    }
    start(1_000, at(CRITICAL));
    end(begun.at(-1) ?? 0);
    await turns();
    expect(begun.at(-1)).toBe(1_000);
  });

  test.each([
    ["of its own key", ["all"], ["all"]],
    ["of other keys", ["all", "key a"], ["all", "key b"]],
  ])("a run that is not urgent begins under an endless flood of critical ones %s", async (_, low, high) => {
    const { start, end, begun, clock } = await queueOf({ all: { concurrency: 1 } });
    start(1, { places: high, priority: CRITICAL });
    start(2, { places: low, priority: 0 });
    start(3, { places: high, priority: CRITICAL });
    await turns();
    let next = 10;
    const startedAt = clock.now();
    while (!begun.includes(2)) {
      for (let many = 0; many < 3; many++) start(next++, { places: high, priority: CRITICAL });
      end(begun.at(-1) ?? 0);
      clock.advance(1_000);
      await turns();
    }
    const waitedMs = clock.now() - startedAt;
    expect(waitedMs).toBeGreaterThan(60_000);
    expect(waitedMs).toBeLessThanOrEqual(125_000);
  });
});

describe("limits", () => {
  test("never are more runs at a place than its limit allows, of several limits at once", async () => {
    const limits = { all: { concurrency: 5 }, "key a": { concurrency: 2 }, "key b": { concurrency: 4 } };
    const { start, end, begun } = await queueOf(limits);
    const random = seededRandom(7);
    const keyOf = (key: RunKey): string => (key % 2 === 0 ? "a" : "b");
    for (const key of range(1, 200)) start(key, of(keyOf(key)));
    const working = new Set<RunKey>();
    let seen = 0;
    while (seen < 200 || working.size > 0) {
      await turns();
      for (const key of begun.slice(seen)) working.add(key);
      seen = begun.length;
      const counts = { a: 0, b: 0 };
      for (const key of working) counts[key % 2 === 0 ? "a" : "b"]++;
      expect(counts.a).toBeLessThanOrEqual(2);
      expect(counts.b).toBeLessThanOrEqual(4);
      expect(working.size).toBeLessThanOrEqual(5);
      const ending = [...working][Math.floor(random.next() * working.size)] ?? 0;
      working.delete(ending);
      end(ending);
    }
    expect(new Set(begun).size).toBe(200);
  });

  test("a key that is at its limit keeps no other from beginning", async () => {
    const { start, begun } = await queueOf({ all: { concurrency: 3 }, "key a": { concurrency: 1 } });
    for (const key of range(1, 3)) start(key, of("a"));
    start(10, of("b"));
    await turns();
    expect(begun).toEqual([1, 10]);
  });

  test.each([100, 7.5, 1])(
    "%d runs begin a second over a minute, within two in a hundred, when timers come late",
    async (perSecond) => {
      const { start, begun, clock } = await queueOf({ all: { perSecond } });
      const random = seededRandom(perSecond);
      const end = clock.now() + 60_000;
      for (const key of range(1, perSecond * 70)) start(key, { places: ["all"] });
      await turns();
      while (clock.now() < end) {
        const due = clock.nextDueAt() ?? end;
        clock.stall(Math.min(end, due + Math.floor(random.next() * 20)) - clock.now());
        clock.advance(0);
        await new Promise((resolve) => setImmediate(resolve));
      }
      // The minute's first moment is one of its beginnings, its last one the next's.
      expect(Math.abs(begun.length - 1 - perSecond * 60)).toBeLessThanOrEqual(perSecond * 60 * 0.02);
    },
    60_000,
  );
});

describe("times", () => {
  test("more delayed runs than fit a page all begin at their one time", async () => {
    const { start, begun, clock } = await queueOf({});
    for (const key of range(1, 250)) start(key, { places: [], notBefore: clock.now() + 1_000 });
    await turns();
    clock.advance(1_000);
    for (let more = 0; more < 4; more++) {
      clock.advance(0);
      await turns();
    }
    expect(begun).toEqual(range(1, 250));
  });

  test("a run whose deadline comes while it waits leaves the queue at it", async () => {
    const { start, begun, clock } = await queueOf({ all: { concurrency: 1 } });
    start(1, { places: ["all"] });
    start(2, { places: ["all"], deadline: clock.now() + 1_000 });
    await turns();
    clock.advance(1_000);
    await turns();
    expect(begun).toEqual([1, 2]);
  });

  test("a run that begins in the moment of its deadline begins once", async () => {
    const { start, end, begun, clock, committer } = await queueOf({ all: { concurrency: 1 } });
    start(1, { places: ["all"] });
    start(2, { places: ["all"], deadline: clock.now() + 1_000 });
    await turns();
    end(1);
    // The queue is looked through before this, and what it did is not on disk yet.
    committer.afterCommit(() => clock.advance(1_000));
    await turns();
    expect(begun).toEqual([1, 2]);
  });

  test("a delayed run that is cancelled in the moment it is due takes no place", async () => {
    const { start, begun, clock, cancel } = await queueOf({ all: { concurrency: 1 } });
    start(1, { places: ["all"], notBefore: clock.now() + 1_000 });
    await turns();
    cancel(1);
    clock.advance(1_000);
    await turns();
    start(2, { places: ["all"] });
    await turns();
    expect(begun).toEqual([2]);
  });
});

describe("memory and disk", () => {
  test("of 100,000 queued runs only a page is in memory; the others are read when their turn is near", async () => {
    const { start, end, begun, reads, log, committer } = await queueOf({ all: { concurrency: 1 } });
    for (const key of range(1, 100_001)) {
      start(key, { places: ["all"] });
      if (key % 10_000 === 0) await committer.flushed();
    }
    await turns();
    expect([log.queue.size, reads]).toEqual([100_000, []]);
    await drain(begun, end, 200);
    expect(begun).toEqual(range(1, 200));
    // 64 were in memory; from then on they are read by the page.
    expect(reads).toEqual([64, 64, 64]);
  });

  test("what begins has left the log's queue, and so has what was cancelled", async () => {
    const { start, end, begun, cancel, log } = await queueOf({ all: { concurrency: 1 } });
    for (const key of range(1, 300)) start(key, { places: ["all"] });
    await turns();
    for (const key of range(50, 200)) cancel(key);
    await drain(begun, end);
    expect(begun).toEqual([...range(1, 49), ...range(250, 51)]);
    expect(log.queue.size).toBe(0);
  });

  test("the order survives a restart, and so does what was queued while it was being recovered", async () => {
    const first = await queueOf({ all: { concurrency: 1 } });
    for (const key of range(1, 150)) first.start(key, { places: ["all"], priority: key % 2 });
    await turns();
    first.queue.close();

    const second = openQueue({ all: { concurrency: 1 } }, first.log);
    second.start(500, { places: ["all"], priority: 1 });
    await turns();
    expect(second.begun).toEqual([]);
    second.queue.work(["all"]);
    second.queue.open();
    await turns();
    expect(second.begun).toEqual([]);
    second.queue.leave(["all"]);
    await turns();
    await drain(second.begun, second.end);
    const odd = range(2, 149).filter((key) => key % 2 === 1);
    const even = range(2, 149).filter((key) => key % 2 === 0);
    expect(second.begun).toEqual([...odd, 500, ...even]);
  });

  test("what is queued while the queue is looked through does not begin before it is on disk", async () => {
    const { start, end, begun, bench, log } = await queueOf({ all: { concurrency: 1 } });
    const early: RunKey[] = [];
    start(1, { places: ["all"] });
    start(2, { places: ["all"] });
    await turns();
    bench.onBegin = (key) => {
      if (!log.queue.has(key)) early.push(key);
      if (key !== 2) return;
      // Ends at once, and starts one that finds others waiting.
      start(3, { places: ["all"] });
      end(2);
    };
    end(1);
    await turns();
    expect([begun, early]).toEqual([[1, 2, 3], []]);
  });
});

describe("runs that went on waiting", () => {
  test("get their places back before any other begins", async () => {
    const { start, end, begun, queue } = await queueOf({ all: { concurrency: 1 } });
    start(1, { places: ["all"] });
    start(2, { places: ["all"] });
    await turns();
    const back: string[] = [];
    queue.reenter(["all"], () => back.push("again"));
    end(1);
    start(3, { places: ["all"] });
    await turns();
    expect([begun, back]).toEqual([[1], ["again"]]);
    queue.leave(["all"]);
    await turns();
    expect(begun).toEqual([1, 2]);
  });
});

/** Ends each run that begins, until none does any more. */
async function drain(begun: readonly RunKey[], end: (key: RunKey) => void, max = Infinity): Promise<void> {
  for (let ended = 0; ended < begun.length && begun.length < max;) {
    end(begun[ended++] ?? 0);
    await turns();
  }
}
