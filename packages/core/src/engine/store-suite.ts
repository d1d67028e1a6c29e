/**
 * What every `Store` must do, as tests: S1–S4 of store.ts, paging, queries, checkpoints, and the inbox where the log
 * is a file. Each implementation's own test calls `describeStore`.
 */
import { describe, expect, test, type TestContext } from "vitest";
import type { Event } from "../delegation/event.ts";
import { OUTCOME_STATUSES, type OutcomeStatus } from "../delegation/outcome.ts";
import { ReeveError } from "../errors.ts";
import { seededRandom } from "../random.ts";
import type { RunQuery } from "./engine.ts";
import { batchOf, FACTS, SampleLog, START } from "./store-samples.ts";
import type { Batch, InboxRequest, RunRow, Store } from "./store.ts";

/** One log, which can be opened again after it was closed. */
export interface TestLog {
  open(): Store;
  /** Opens the log so that storage soon refuses to grow. Absent where that can't be brought about. */
  openWithoutRoom?(): { readonly store: Store; makeRoom(): void };
  remove(): void;
}

type Check = (store: Store, context: { readonly log: TestLog; readonly skip: TestContext["skip"] }) => void;
/** Makes a test of a check: on a new log, which is removed afterwards. */
type OnLog = (check: Check) => (context: TestContext) => void;

const CANCEL: InboxRequest = { kind: "cancel", run: "run-1", reason: "no longer needed", by: "Ann" };
const SIGNAL: InboxRequest = { kind: "signal", run: "run-1", path: "ok?", key: "k", answer: "1", by: "Ann" };

/** Declares the tests for one implementation; `makeLog` makes a new, empty log. */
export function describeStore(implementation: string, makeLog: () => TestLog): void {
  const on: OnLog = (check) => (context) => {
    const log = makeLog();
    const store = log.open();
    try {
      check(store, { log, skip: context.skip });
    } finally {
      store.close();
      log.remove();
    }
  };
  describe(`store: ${implementation}`, () => {
    testCommits(on);
    testContents(on);
    testRefusal(on);
    testEvents(on);
    testRuns(on);
    testQueries(on);
    testInbox(on);
  });
}

function testCommits(on: OnLog): void {
  test(
    "a new log is empty",
    on((store) => {
      expect(store.highest()).toMatchObject({ position: 0, payload: 0, runKey: 0 });
      expect(store.runById("run-1")).toBeUndefined();
      expect(store.lastEvent(1)).toBeUndefined();
      expect(store.history(1, 0, 10)).toEqual([]);
      expect(store.findRuns({})).toEqual({ runs: [], next: undefined });
      expect(store.checkpoint("runs")).toBeUndefined();
    }),
  );

  test(
    "everything a batch holds can be read when commit returns",
    on((store) => {
      const samples = new SampleLog();
      const run = samples.run();
      const events = [samples.event(run, FACTS["run-started"]), samples.event(run)];
      const payloads = [
        samples.payload('"input"'),
        samples.payload(JSON.stringify("né 📦\u0000".repeat(5_000))),
      ];
      const checkpoint = { fold: "runs", version: 2, position: 2, state: '{"a":[1]}' };
      void store.commit(batchOf({ runs: [run], events, payloads, checkpoints: [checkpoint] }));
      expect(store.highest()).toMatchObject({ position: 2, payload: 2, runKey: 1 });
      expect(store.runById(run.id)).toEqual(run);
      expect(store.runByKey(run.key)).toEqual(run);
      expect(store.history(run.key, 0, 10)).toEqual(events.map(({ event }) => event));
      for (const { id, value } of payloads) expect(store.payload(id)).toBe(value);
      expect(store.checkpoint("runs")).toEqual(checkpoint);
    }),
  );

  test(
    "what was committed is there when the log is opened again, and is written on",
    on((store, { log }) => {
      const samples = new SampleLog();
      const run = samples.run();
      const first = samples.event(run);
      const payload = samples.payload("1");
      void store.commit(batchOf({ runs: [run], events: [first], payloads: [payload] }));
      store.close();
      const again = log.open();
      expect(again.logId).toBe(store.logId);
      expect(again.highest()).toMatchObject({ position: 1, payload: 1, runKey: 1 });
      const second = samples.event(run);
      void again.commit(batchOf({ events: [second] }));
      expect(again.history(run.key, 0, 10)).toEqual([first.event, second.event]);
      again.close();
    }),
  );
}

function testContents(on: OnLog): void {
  test(
    "a checkpoint replaces the fold's one before",
    on((store) => {
      const state = JSON.stringify(Array.from({ length: 500 }, (_, index) => `item ${index}`));
      const checkpoint = { fold: "f", version: 1, position: 1, state: "{}" };
      void store.commit(batchOf({ checkpoints: [checkpoint, { ...checkpoint, fold: "g" }] }));
      void store.commit(batchOf({ checkpoints: [{ ...checkpoint, version: 2, position: 9, state }] }));
      expect(store.checkpoint("f")).toEqual({ fold: "f", version: 2, position: 9, state });
      expect(store.checkpoint("g")).toEqual({ ...checkpoint, fold: "g" });
    }),
  );

  test(
    "a payload that does not exist is damage",
    on((store) => {
      expect(() => store.payload(7)).toThrow(expect.objectContaining({ code: "file-damaged" }));
    }),
  );

  test(
    "closing twice is harmless",
    on((store) => {
      store.close();
      expect(() => store.close()).not.toThrow();
    }),
  );
}

function testRefusal(on: OnLog): void {
  test(
    "a refused batch leaves nothing and can be committed later (S1, S3)",
    on((first, { log, skip }) => {
      skip(!log.openWithoutRoom, "storage of this kind does not refuse");
      first.close();
      const { store, makeRoom } = log.openWithoutRoom?.() ?? { store: first, makeRoom: () => {} };
      const samples = new SampleLog();
      const run = samples.run();
      void store.commit(batchOf({ runs: [run], events: [samples.event(run)] }));
      const ended = { key: run.key, state: "ended", outcome: "completed", endedAt: START + 9 } as const;
      const incompressible = seededRandom(1);
      const value = Array.from({ length: 20_000 }, () => incompressible.next()).join(" ");
      const late = samples.run({ domain: "a domain of its own" });
      const batch: Batch = batchOf({
        runs: [late],
        changes: [ended],
        events: [samples.event(run), samples.event(late)],
        payloads: [samples.payload(value)],
      });
      for (let attempt = 0; attempt < 3; attempt++) {
        const error = failureOf(() => void store.commit(batch));
        expect(error).toMatchObject({ code: "storage-unavailable", retryable: true });
        expect(error.hint).toBeTypeOf("string");
        expect(store.highest()).toMatchObject({ position: 1, payload: 0, runKey: 1 });
        expect(store.runByKey(run.key)).toEqual(run);
      }
      makeRoom();
      void store.commit(batch);
      expect(store.payload(1)).toBe(value);
      expect(store.runByKey(run.key)).toEqual({ ...run, ...ended });
      expect(store.history(run.key, 0, 9)).toHaveLength(2);
      expect(store.runByKey(late.key)).toEqual(late);
      store.close();
    }),
  );
}

function testEvents(on: OnLog): void {
  test(
    "an event of every kind is read as it was written (S4)",
    on((store) => {
      const samples = new SampleLog();
      const run = samples.run();
      const events = Object.values(FACTS).map((fact) => samples.event(run, fact));
      void store.commit(batchOf({ runs: [run], events }));
      const written = events.map(({ event }) => event);
      expect(store.history(run.key, 0, 100)).toEqual(written);
      expect(store.eventsAfter(0, 100)).toEqual(written);
      expect(store.lastEvent(run.key)).toEqual(written.at(-1));
    }),
  );

  test(
    "pages of the log hold every event once, in order of positions (S2, S4)",
    on((store) => {
      const { written } = writeInterleaved(store);
      const read: Event[] = [];
      for (;;) {
        const page = store.eventsAfter(read.at(-1)?.position ?? 0, 7);
        if (page.length === 0) break;
        read.push(...page);
      }
      expect(read).toEqual(written);
      expect(store.eventsAfter(30, 2)).toEqual(written.slice(30, 32));
    }),
  );

  test(
    "pages of a run's history hold its events once, in order",
    on((store) => {
      const { runs, written } = writeInterleaved(store);
      for (const run of runs) {
        const own = written.filter((event) => event.run === run.id);
        const read: Event[] = [];
        for (;;) {
          const page = store.history(run.key, read.at(-1)?.seq ?? 0, 3);
          if (page.length === 0) break;
          read.push(...page);
        }
        expect(read).toEqual(own);
        expect(store.lastEvent(run.key)).toEqual(own.at(-1));
      }
    }),
  );
}

function testRuns(on: OnLog): void {
  test(
    "a change is seen in the run's row",
    on((store) => {
      const samples = new SampleLog();
      const run = samples.run({ input: undefined, startedAt: START + 0.5 });
      void store.commit(batchOf({ runs: [run], events: [samples.event(run)] }));
      const waiting = { key: run.key, state: "waiting", outcome: undefined, endedAt: undefined } as const;
      void store.commit(batchOf({ changes: [waiting], events: [samples.event(run)] }));
      expect(store.runById(run.id)).toEqual({ ...run, state: "waiting" });
      const ended = { key: run.key, state: "ended", outcome: "cancelled", endedAt: START + 7 } as const;
      void store.commit(batchOf({ changes: [ended], events: [samples.event(run, FACTS["run-ended"])] }));
      expect(store.runById(run.id)).toEqual({ ...run, ...ended });
      void store.commit(batchOf({ events: [samples.event(run, FACTS["attempt-ended-late"])] }));
      expect(store.history(run.key, 0, 9)).toHaveLength(4);
    }),
  );

  test(
    "runs that have not ended are paged in order of their keys",
    on((store) => {
      const runs = writeRandomRuns(store, 120).filter(({ state }) => state !== "ended");
      const read: RunRow[] = [];
      for (;;) {
        const page = store.unfinished(read.at(-1)?.key ?? 0, 7);
        if (page.length === 0) break;
        read.push(...page);
      }
      expect(read).toEqual(runs);
    }),
  );
}

function testQueries(on: OnLog): void {
  const filters: readonly RunQuery[] = [
    {},
    { states: ["running", "waiting"] },
    { outcomes: ["failed", "completed"] },
    { states: ["ended"], outcomes: ["timed-out"], pattern: "pattern-1" },
    { pattern: "pattern-2" },
    { domain: "domain-0" },
    { startedFrom: START + 10, startedBefore: START + 31 },
    { domain: "domain-1", startedFrom: START + 20 },
    { pattern: "unheard of" },
  ];
  for (const sort of ["started", "ended", "duration"] as const) {
    for (const descending of [true, false]) {
      test(
        `pages by ${sort}, ${descending ? "last" : "first"} first, hold each run that fits once`,
        on((store) => {
          const runs = writeRandomRuns(store, 150);
          for (const filter of filters) {
            const read: string[] = [];
            let after: string | undefined;
            do {
              const page = store.findRuns({ ...filter, sort, descending, limit: 4, ...(after && { after }) });
              expect(page.runs.length).toBeLessThanOrEqual(4);
              read.push(...page.runs.map(({ id }) => id));
              after = page.next;
              expect(read.length).toBeLessThanOrEqual(runs.length);
            } while (after !== undefined);
            expect(read, JSON.stringify(filter)).toEqual(expectedIds(runs, filter, sort, descending));
          }
        }),
      );
    }
  }

  test(
    "a query without wishes gives the 50 runs started last",
    on((store) => {
      const runs = writeRandomRuns(store, 60);
      expect(store.findRuns({}).runs).toEqual(
        runs.toSorted((left, right) => right.startedAt - left.startedAt || right.key - left.key).slice(0, 50),
      );
    }),
  );
}

function testInbox(on: OnLog): void {
  test(
    "requests wait in order until a batch takes them, and none takes another's place",
    on((store, { skip }) => {
      skip(!store.capabilities.file, "no other process can reach this log");
      const answer = JSON.stringify("long ".repeat(1_000));
      for (const request of [CANCEL, SIGNAL, { ...SIGNAL, answer }]) store.putInbox(request);
      const [first, second, third] = store.inbox(10);
      expect([first, second, third].map((row) => row?.request)).toEqual([
        CANCEL,
        SIGNAL,
        { ...SIGNAL, answer },
      ]);
      expect(store.inbox(1)).toEqual([first]);
      void store.commit(batchOf({ inboxTaken: [first, second, third].flatMap((row) => row?.id ?? []) }));
      expect(store.inbox(10)).toEqual([]);
      store.putInbox(CANCEL);
      expect(store.inbox(10)[0]?.id).toBeGreaterThan(third?.id ?? Infinity);
    }),
  );

  test(
    "one's own writes are not foreign",
    on((store) => {
      void store.commit(batchOf({ checkpoints: [{ fold: "f", version: 1, position: 0, state: "1" }] }));
      expect(store.foreignWrite()).toBe(false);
    }),
  );
}

/** Three runs whose events lie between each other's, over many commits. */
function writeInterleaved(store: Store): {
  readonly runs: readonly RunRow[];
  readonly written: readonly Event[];
} {
  const samples = new SampleLog();
  const random = seededRandom(7);
  const runs = [samples.run(), samples.run(), samples.run()];
  const written: Event[] = [];
  void store.commit(batchOf({ runs }));
  for (let commit = 0; commit < 20; commit++) {
    const events = Array.from({ length: 1 + Math.floor(random.next() * 4) }, () =>
      samples.event(runs[Math.floor(random.next() * 3)] ?? samples.run()),
    );
    written.push(...events.map(({ event }) => event));
    void store.commit(batchOf({ events }));
  }
  return { runs, written };
}

/** Runs with many equal times, so that the key has to decide. */
function writeRandomRuns(store: Store, count: number): readonly RunRow[] {
  const samples = new SampleLog();
  const random = seededRandom(11);
  const pick = <T>(values: readonly [T, ...T[]]): T =>
    values[Math.floor(random.next() * values.length)] ?? values[0];
  const runs = Array.from({ length: count }, (_, index) => {
    const startedAt = START + Math.floor(index / 3);
    const shared = { pattern: `pattern-${index % 4}`, domain: `domain-${pick([0, 1])}`, startedAt };
    if (random.next() < 0.4)
      return samples.run({ ...shared, state: pick(["running", "waiting", "stranded"]) });
    const outcome = pick<OutcomeStatus>(["completed", ...OUTCOME_STATUSES]);
    return samples.run({ ...shared, state: "ended", outcome, endedAt: startedAt + pick([0, 1, 5, 40]) });
  });
  for (let at = 0; at < count; at += 50) void store.commit(batchOf({ runs: runs.slice(at, at + 50) }));
  return runs;
}

function expectedIds(
  runs: readonly RunRow[],
  filter: RunQuery,
  sort: NonNullable<RunQuery["sort"]>,
  descending: boolean,
): readonly string[] {
  const never = Number.MAX_SAFE_INTEGER;
  const value = ({ startedAt, endedAt = never }: RunRow): number =>
    sort === "started" ? startedAt : sort === "ended" || endedAt === never ? endedAt : endedAt - startedAt;
  return runs
    .filter(
      (run) =>
        (filter.states?.includes(run.state) ?? true) &&
        (!filter.outcomes || (run.outcome !== undefined && filter.outcomes.includes(run.outcome))) &&
        (filter.pattern ?? run.pattern) === run.pattern &&
        (filter.domain ?? run.context.domain) === run.context.domain &&
        run.startedAt >= (filter.startedFrom ?? 0) &&
        run.startedAt < (filter.startedBefore ?? Infinity),
    )
    .toSorted((left, right) => (descending ? -1 : 1) * (value(left) - value(right) || left.key - right.key))
    .map(({ id }) => id);
}

function failureOf(action: () => void): ReeveError {
  try {
    action();
  } catch (error) {
    if (error instanceof ReeveError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
