import { expect, test } from "vitest";
import type { Event } from "../../delegation/event.ts";
import type { Checkpoint, Fold } from "../../delegation/fold.ts";
import { MemoryLog, openMemoryStore } from "../memory/memory-store.ts";
import type { Store } from "../store.ts";
import { Folds } from "./folds.ts";

/** Folds over a log that the test writes. */
function setUp(log: MemoryLog = new MemoryLog()) {
  const opened = openMemoryStore(log);
  /** After which positions pages were asked for. */
  const reads: number[] = [];
  const store: Store = {
    ...opened,
    eventsAfter: (position, limit) => {
      reads.push(position);
      return opened.eventsAfter(position, limit);
    },
  };
  const saved: Checkpoint[] = [];
  const reported: string[] = [];
  const folds = new Folds({
    store,
    saveCheckpoint: (checkpoint) => {
      saved.push(checkpoint);
      log.checkpoints.set(checkpoint.fold, checkpoint);
    },
    report: ({ what, error }) => reported.push(`${what}: ${error instanceof Error ? error.message : "?"}`),
  });
  const write = (count: number): Event[] => {
    const events = Array.from({ length: count }, (_, index): Event => {
      const position = log.position + index + 1;
      return { version: 1, run: "a", seq: position, position, at: 0, kind: "run-unstranded" };
    });
    void store.commit({
      runs: [],
      changes: [],
      payloads: [],
      events: events.map((event) => ({ runKey: 1, event })),
      checkpoints: [],
      queued: [],
      unqueued: [],
      inboxTaken: [],
    });
    return events;
  };
  const commit = (count: number): void => folds.committed(write(count));
  return { log, folds, saved, reported, write, commit, reads };
}

interface Seen {
  count: number;
  sum: number;
}

function counting(name: string, more: Partial<Fold<Seen>> = {}): Fold<Seen> {
  return {
    name,
    version: 1,
    initial: () => ({ count: 0, sum: 0 }),
    apply: (state, event) => ({ count: state.count + 1, sum: state.sum + event.position }),
    ...more,
  };
}

function sumUpTo(position: number): number {
  return (position * (position + 1)) / 2;
}

test.each([0, 1, 1_999, 2_000, 2_001, 4_100])("a new fold catches up with %i events, each once", (count) => {
  const { folds, write } = setUp();
  write(count);
  const reader = folds.follow(counting("seen"));
  expect(reader.state()).toEqual({ count, sum: sumUpTo(count) });
  expect(reader.position()).toBe(count);
});

test("what others have written is read once for all folds, wherever each of them has come to", () => {
  const { folds, write, reads } = setUp();
  write(3_000);
  const early = folds.follow(counting("early"));
  write(2_500);
  const late = folds.follow(counting("late"));
  expect([early.state(), late.state()]).toEqual([
    { count: 5_500, sum: sumUpTo(5_500) },
    { count: 5_500, sum: sumUpTo(5_500) },
  ]);
  reads.length = 0;
  write(4_500);
  folds.catchUp();
  expect(reads).toEqual([5_500, 7_500, 9_500]);
  expect([early.state().sum, late.state().sum]).toEqual([sumUpTo(10_000), sumUpTo(10_000)]);
});

test("a fold follows commits, and events handed over twice count once", () => {
  const { folds, write } = setUp();
  const reader = folds.follow(counting("seen"));
  const events = write(3);
  folds.catchUp();
  folds.committed(events);
  folds.committed(write(2));
  folds.catchUp();
  expect(reader.state()).toEqual({ count: 5, sum: sumUpTo(5) });
});

test("a checkpoint is saved every 10,000 events and at the end, and not when nothing is new", () => {
  const { folds, commit, saved } = setUp();
  folds.follow(counting("seen"));
  commit(9_999);
  expect(saved).toEqual([]);
  commit(1);
  expect(saved).toMatchObject([{ fold: "seen", version: 1, position: 10_000 }]);
  commit(5);
  folds.saveAll();
  folds.saveAll();
  expect(saved.map(({ position }) => position)).toEqual([10_000, 10_005]);
});

test("a fold goes on from its checkpoint and reads only what came after", () => {
  const first = setUp();
  first.folds.follow(counting("seen"));
  first.commit(10);
  first.folds.saveAll();
  const { folds, write } = setUp(first.log);
  write(2);
  const applied: number[] = [];
  const reader = folds.follow(
    counting("seen", {
      apply: (state, event) => {
        applied.push(event.position);
        return { count: state.count + 1, sum: state.sum + event.position };
      },
    }),
  );
  expect(applied).toEqual([11, 12]);
  expect(reader.state()).toEqual({ count: 12, sum: sumUpTo(12) });
});

test("a fold whose state is no JSON says how it is kept and comes back", () => {
  const seen: Fold<Map<number, number>> = {
    name: "map",
    version: 1,
    initial: () => new Map(),
    apply: (state, event) => state.set(event.position, event.seq),
    save: (state) => [...state],
    revive: (saved) => new Map(Array.isArray(saved) ? saved : []),
  };
  const first = setUp();
  first.folds.follow(seen);
  first.commit(3);
  first.folds.saveAll();
  const { folds, commit } = setUp(first.log);
  const reader = folds.follow(seen);
  commit(1);
  expect([...reader.state().keys()]).toEqual([1, 2, 3, 4]);
});

test("a fold of another version is rebuilt from the log", () => {
  const first = setUp();
  first.folds.follow(counting("seen"));
  first.commit(10);
  first.folds.saveAll();
  const { folds, saved } = setUp(first.log);
  const reader = folds.follow(counting("seen", { version: 2, initial: () => ({ count: 100, sum: 0 }) }));
  expect(reader.state()).toEqual({ count: 110, sum: sumUpTo(10) });
  folds.saveAll();
  expect(saved).toMatchObject([{ fold: "seen", version: 2, position: 10 }]);
});

test("a lazy fold is fed once many events have come together, or when somebody asks, always in order", () => {
  const { folds, commit, saved } = setUp();
  const seen: number[] = [];
  const watching = counting("watching", { lazy: true });
  const reader = folds.follow<Seen>({
    ...watching,
    apply: (state, event) => {
      seen.push(event.position);
      return watching.apply(state, event);
    },
  });
  const prompt = folds.follow(counting("prompt"));
  commit(2);
  commit(1);
  expect(seen).toEqual([]);
  expect(prompt.state().count).toBe(3);
  expect(reader.state()).toEqual({ count: 3, sum: 6 });
  commit(1);
  expect(reader.position()).toBe(4);
  commit(1_000);
  expect(seen).toEqual(Array.from({ length: 1_004 }, (_, index) => index + 1));
  commit(1);
  folds.saveAll();
  expect(saved.find(({ fold }) => fold === "watching")?.position).toBe(1_005);
});

test("who follows while events wait for a lazy fold gets each of them once, and so does the lazy one", () => {
  const { folds, commit } = setUp();
  const lazy = folds.follow(counting("lazy", { lazy: true }));
  commit(3);
  const later = folds.follow(counting("later", { lazy: true }));
  commit(2);
  expect([lazy.state().count, later.state().count]).toEqual([5, 5]);
  commit(1);
  const states = folds.statesAfter(new Map());
  expect(states.map(({ position }) => position)).toEqual([6, 6]);
});

test("a lazy fold that throws is parked where it was, and its reader keeps what it had", () => {
  const { folds, commit, reported } = setUp();
  const broken = counting("broken", { lazy: true });
  const reader = folds.follow<Seen>({
    ...broken,
    apply: (state, event) => {
      if (event.position === 3) throw new Error("three");
      return broken.apply(state, event);
    },
  });
  const other = folds.follow(counting("other", { lazy: true }));
  commit(4);
  expect(reported).toEqual([]);
  expect(reader.state()).toEqual({ count: 2, sum: 3 });
  expect(reader.position()).toBe(2);
  expect(reported).toEqual(["fold 'broken' is parked at position 2: three"]);
  commit(1);
  expect(other.state().count).toBe(5);
});

test("a fold that throws is parked where it was, reported once, and disturbs no other", () => {
  const { folds, commit, reported, saved } = setUp();
  const broken = folds.follow(
    counting("broken", {
      apply: (state, event) => {
        if (event.position === 3) throw new Error("three");
        return { ...state, count: state.count + 1 };
      },
    }),
  );
  const sound = folds.follow(counting("sound"));
  commit(5);
  commit(5);
  expect(reported).toEqual(["fold 'broken' is parked at position 2: three"]);
  expect([broken.position(), broken.state().count]).toEqual([2, 2]);
  expect(sound.state()).toEqual({ count: 10, sum: sumUpTo(10) });
  folds.saveAll();
  expect(saved.map(({ fold }) => fold)).toEqual(["sound"]);
});

test("a fold whose state can't be saved is reported once, goes on, and disturbs no other", () => {
  const { folds, commit, reported, saved } = setUp();
  const unsavable = folds.follow(
    counting("unsavable", {
      save: () => {
        throw new Error("no JSON");
      },
    }),
  );
  folds.follow(counting("sound"));
  commit(10_000);
  expect(saved.map(({ fold }) => fold)).toEqual(["sound"]);
  expect(folds.statesAfter(new Map()).map(({ fold }) => fold)).toEqual(["sound"]);
  expect(folds.checkpointsUpTo(10_000).map(({ fold }) => fold)).toEqual(["sound"]);
  commit(1);
  folds.saveAll();
  expect(reported).toEqual(["the state of fold 'unsavable' can't be saved: no JSON"]);
  expect(unsavable.state()).toEqual({ count: 10_001, sum: sumUpTo(10_001) });
});

test("a fold that throws while it catches up is parked, and the reader keeps what it had", () => {
  const { folds, write, reported } = setUp();
  write(4_000);
  const reader = folds.follow(
    counting("broken", {
      apply: (state, event) => {
        if (event.position === 2_500) throw new Error("later");
        return { ...state, count: state.count + 1 };
      },
    }),
  );
  expect(reader.state().count).toBe(2_499);
  expect(reported).toEqual(["fold 'broken' is parked at position 2499: later"]);
});

test("a fold that threw half way through an event leaves no checkpoint of its half-changed state", () => {
  const { folds, commit, saved } = setUp();
  folds.follow(
    counting("broken", {
      apply: (state, event) => {
        state.count++;
        if (event.position === 10_001) throw new Error("half way");
        state.sum += event.position;
        return state;
      },
    }),
  );
  commit(10_001);
  expect(saved).toEqual([]);
});

test("a guest goes on with the states that the owner of the log has come to, and computes none of these folds", () => {
  const log = new MemoryLog();
  const owner = setUp(log);
  const guest = setUp(log);
  owner.folds.follow(counting("seen"));
  owner.commit(3);
  guest.folds.adopt(owner.folds.statesAfter(new Map()));
  const reader = guest.folds.follow(counting("seen"));
  expect(reader.state()).toEqual({ count: 3, sum: sumUpTo(3) });
  owner.commit(2);
  guest.folds.catchUp();
  expect(reader.state()).toEqual({ count: 3, sum: sumUpTo(3) });
  guest.folds.adopt(owner.folds.statesAfter(new Map([["seen", 3]])));
  expect([reader.state(), reader.position()]).toEqual([{ count: 5, sum: sumUpTo(5) }, 5]);
  expect(guest.reads).toEqual([]);
});

test("a state is handed over only if its fold went on since", () => {
  const { folds, commit } = setUp();
  folds.follow(counting("seen"));
  commit(3);
  expect(folds.statesAfter(new Map([["seen", 3]]))).toEqual([]);
  expect(folds.statesAfter(new Map([["seen", 2]]))).toMatchObject([{ fold: "seen", position: 3 }]);
});

test("what the owner does not follow in the same version, a guest computes itself", () => {
  const log = new MemoryLog();
  const owner = setUp(log);
  const guest = setUp(log);
  owner.folds.follow(counting("seen", { version: 2 }));
  owner.commit(3);
  const own = guest.folds.follow(counting("own"));
  guest.folds.adopt(owner.folds.statesAfter(new Map()));
  const seen = guest.folds.follow(counting("seen"));
  owner.commit(1);
  guest.folds.catchUp();
  expect([own.state().count, seen.state().count]).toEqual([4, 4]);
});

test("who watches is told what is committed and what others have written, each event once and none from before", () => {
  const log = new MemoryLog();
  const owner = setUp(log);
  const guest = setUp(log);
  owner.commit(2);
  const told: number[][] = [[], []];
  const note = (who: number) => (events: readonly Event[]) => {
    told[who]?.push(...events.map(({ position }) => position));
  };
  const stop = owner.folds.watch(note(0));
  guest.folds.watch(note(1));
  owner.commit(2);
  guest.folds.catchUp();
  guest.folds.follow(counting("later"));
  stop();
  owner.commit(1);
  guest.folds.catchUp();
  expect(told).toEqual([
    [3, 4],
    [3, 4, 5],
  ]);
});

test("who watches lazily is told each event once, when states are asked for or enough have come together", () => {
  const { folds, commit } = setUp();
  commit(2);
  const told: number[] = [];
  const stop = folds.watch((events) => told.push(...events.map(({ position }) => position)), { lazy: true });
  commit(2);
  commit(1);
  expect(told).toEqual([]);
  folds.statesAfter(new Map());
  expect(told).toEqual([3, 4, 5]);
  commit(1);
  folds.follow(counting("later"));
  expect(told).toEqual([3, 4, 5, 6]);
  commit(1_000);
  expect(told).toHaveLength(1_004);
  stop();
  commit(1_000);
  expect(told).toHaveLength(1_004);
});

test("a fold that names kinds is applied no others, and has still seen them", () => {
  const { folds, commit } = setUp();
  const none = folds.follow(counting("none", { kinds: ["run-ended"] }));
  const all = folds.follow(counting("all", { kinds: ["run-unstranded"] }));
  commit(3);
  expect([none.state().count, all.state().count]).toEqual([0, 3]);
  expect([none.position(), all.position()]).toEqual([3, 3]);
});
