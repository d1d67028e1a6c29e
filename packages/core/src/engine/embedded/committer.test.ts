import { expect, test } from "vitest";
import { ManualClock } from "../../clock.ts";
import type { Event } from "../../delegation/event.ts";
import { ReeveError } from "../../errors.ts";
import { MemoryLog, openMemoryStore } from "../memory/memory-store.ts";
import type { Batch, RunRow, Store } from "../store.ts";
import { Committer } from "./committer.ts";
import type { DirtyRun } from "./open-batch.ts";

const row: RunRow = {
  key: 1,
  id: "run-1",
  pattern: "sum",
  patternVersion: "1",
  state: "running",
  outcome: undefined,
  context: {
    domain: "default",
    agentType: "default",
    priority: 2,
    attributes: {},
    principal: "local",
    grants: [],
  },
  input: undefined,
  origin: undefined,
  inputDigest: "",
  startedAt: 0,
  endedAt: undefined,
};

/** A committer on a log in memory whose storage refuses with `bench.refuse` while that is set, and takes its time if `bench.later`. */
function setUp() {
  const log = new MemoryLog();
  const memory = openMemoryStore(log);
  const batches: Batch[] = [];
  const bench = { refuse: undefined as Error | undefined, tries: 0, later: false };
  const store: Store = {
    ...memory,
    commit: (batch) => {
      bench.tries++;
      if (bench.refuse) throw bench.refuse;
      void memory.commit(batch);
      batches.push(batch);
      return bench.later ? Promise.resolve() : undefined;
    },
  };
  const clock = new ManualClock();
  const told: string[] = [];
  const committer = new Committer(store, clock, {
    committed: (events) => told.push(`committed ${events.map((event) => event.seq).join()}`),
    unavailable: (refusal) => told.push(refusal ? "unavailable" : "available"),
    failed: (error) => told.push(`failed: ${error instanceof Error ? error.message : String(error)}`),
  });
  let seq = 0;
  const append = (): Event =>
    committer.addEvent(1, row.id, ++seq, { kind: "timer-fired", path: `wait-${seq}` });
  return { log, batches, bench, clock, told, committer, append };
}

const full = new ReeveError("storage-unavailable", "the disk is full", { retryable: true });

/** Lets everything that is due in this turn of the event loop happen. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

test("everything appended in one turn of the event loop is one batch", async () => {
  const { committer, append, batches } = setUp();
  committer.addRun(row);
  const id = committer.addPayload('"x"');
  append();
  await Promise.resolve();
  append();
  expect(committer.uncommittedPayload(id)).toBe('"x"');
  await turn();
  expect(batches).toHaveLength(1);
  expect(batches[0]).toMatchObject({
    runs: [{ id: "run-1" }],
    payloads: [{ id: 1, value: '"x"' }],
    events: [{ event: { seq: 1, position: 1 } }, { event: { seq: 2, position: 2 } }],
  });
  expect(committer.uncommittedPayload(id)).toBeUndefined();
  append();
  await turn();
  expect(batches).toHaveLength(2);
});

test("acknowledgements come after the commit, in the order asked, and what they append is the next batch", async () => {
  const { committer, append, batches, told, log } = setUp();
  append();
  committer.afterCommit(() => {
    told.push(`first, ${log.events.length} on disk`);
    append();
    committer.afterCommit(() => told.push("third"));
  });
  committer.afterCommit(() => told.push("second"));
  expect(told).toEqual([]);
  await turn();
  expect(told).toEqual(["committed 1", "first, 1 on disk", "second", "committed 2", "third"]);
  expect(batches.map((batch) => batch.events.length)).toEqual([1, 1]);
});

test("an acknowledgement that throws is reported, and the others are called", async () => {
  const { committer, told } = setUp();
  committer.afterCommit(() => {
    throw new Error("no");
  });
  committer.afterCommit(() => told.push("second"));
  await turn();
  expect(told).toEqual(["committed ", "failed: no", "second"]);
});

test("ids go on after the largest ones in the store", async () => {
  const { log, append, committer, clock } = setUp();
  committer.addRun({ ...row, key: committer.nextRunKey() });
  committer.addPayload("1");
  append();
  await turn();
  const second = new Committer(openMemoryStore(log), clock, {
    committed: () => {},
    unavailable: () => {},
    failed: () => {},
  });
  expect(second.nextRunKey()).toBe(2);
  expect(second.addPayload("2")).toBe(2);
  const event = second.addEvent(2, "run-2", 1, { kind: "run-unstranded" });
  await second.flushed();
  expect(event.position).toBe(2);
});

test("a dirty run is asked once per commit for its change, and not again when it has none", async () => {
  const { committer, append, batches } = setUp();
  let asked = 0;
  const run: DirtyRun = {
    takeChange: () => {
      asked++;
      return asked === 1 ? { key: 1, state: "waiting", outcome: undefined, endedAt: undefined } : undefined;
    },
  };
  append();
  committer.markDirty(run);
  committer.markDirty(run);
  await turn();
  append();
  committer.markDirty(run);
  await turn();
  append();
  await turn();
  expect(asked).toBe(2);
  expect(batches.map((batch) => batch.changes.length)).toEqual([1, 0, 0]);
});

test("a batch refused for want of storage is kept and tried again; later writes wait their turn", async () => {
  const { bench, committer, append, told, clock, batches, log } = setUp();
  bench.refuse = full;
  append();
  const id = committer.addPayload("1");
  committer.afterCommit(() => told.push("first acknowledged"));
  await turn();
  expect(told).toEqual(["unavailable"]);
  expect(committer.blocked).toBe(true);
  expect(committer.uncommittedPayload(id)).toBe("1");
  append();
  committer.afterCommit(() => told.push("second acknowledged"));
  await turn();
  expect(bench.tries).toBe(1);
  clock.advance(249);
  expect(bench.tries).toBe(1);
  clock.advance(1);
  expect(bench.tries).toBe(2);
  // Told once, not at every try.
  expect(told).toEqual(["unavailable"]);
  expect(log.events).toEqual([]);
  bench.refuse = undefined;
  clock.advance(250);
  await turn();
  expect(told.slice(1)).toEqual([
    "available",
    "committed 1",
    "first acknowledged",
    "committed 2",
    "second acknowledged",
  ]);
  expect(batches.map((batch) => batch.events.map(({ event }) => event.seq))).toEqual([[1], [2]]);
  expect(log.events.map((event) => event.position)).toEqual([1, 2]);
  expect(committer.blocked).toBe(false);
  expect(clock.nextDueAt()).toBeUndefined();
});

test.each([
  ["another error of the store", new ReeveError("file-damaged", "broken")],
  ["an error that is not Reeve's", new Error("broken")],
])("after %s nothing is committed or acknowledged any more", async (_what, failure) => {
  const { bench, committer, append, told, clock } = setUp();
  bench.refuse = failure;
  append();
  committer.afterCommit(() => told.push("acknowledged"));
  await turn();
  bench.refuse = undefined;
  append();
  committer.afterCommit(() => told.push("acknowledged"));
  await turn();
  clock.advance(10_000);
  expect(told).toEqual(["failed: broken"]);
  expect(bench.tries).toBe(1);
  expect(committer.blocked).toBe(true);
});

test("a stopped committer tries no refused batch again and leaves no timer", async () => {
  const { bench, committer, append, clock, told } = setUp();
  bench.refuse = full;
  append();
  await turn();
  committer.stop(new Error("stopped"));
  bench.refuse = undefined;
  clock.advance(10_000);
  expect(bench.tries).toBe(1);
  expect(told).toEqual(["unavailable"]);
  expect(clock.nextDueAt()).toBeUndefined();
});

test("the time of events never runs backwards", () => {
  const { committer, append, clock } = setUp();
  clock.advance(1_000);
  const before = append().at;
  const now = clock.now();
  clock.now = () => now - 500;
  expect(append().at).toBe(before);
  clock.now = () => now + 500;
  expect(append().at).toBe(before + 500);
  committer.stop(new Error("stopped"));
});

test("what the first of many acknowledgements bring about is written while the others are called", async () => {
  const { committer, append, batches, bench, told } = setUp();
  bench.later = true;
  append();
  for (let asked = 0; asked < 100; asked++) {
    committer.afterCommit(() => {
      append();
      if (asked === 99)
        told.push(`the last of 100 is called, ${batches.length} batches are stored or on their way`);
    });
  }
  await committer.flushed();
  await committer.flushed();
  expect(told).toContainEqual(expect.stringMatching(/^the last of 100 is called, [2-9]/));
  const seqs = batches.flatMap(({ events }) => events.map(({ event }) => event.seq));
  expect(seqs).toEqual(Array.from({ length: 101 }, (_, index) => index + 1));
  committer.stop(new Error("stopped"));
});

test.each([
  ["a thread", 20, [16, 4]],
  ["a thread", 100, [50, 50]],
  ["a thread", 300, [128, 128, 44]],
  // Nobody waits for the next batch, but the event loop has others to serve.
  ["nobody else", 300, [300]],
  ["nobody else", 2_500, [1_024, 1_024, 452]],
])(
  "where %s writes meanwhile, of %i that wait some are called before the next batch is written: %j",
  async (writer, count, sizes) => {
    const { committer, append, batches, bench } = setUp();
    bench.later = writer === "a thread";
    append();
    for (let asked = 0; asked < count; asked++) {
      committer.afterCommit(() => {
        append();
        committer.afterCommit(() => {});
      });
    }
    while (batches.flatMap(({ events }) => events).length < 1 + count) await turn();
    expect(batches.slice(1).map(({ events }) => events.length)).toEqual(sizes);
    committer.stop(new Error("stopped"));
  },
);

/** A committer on a store that stores nothing until it is told to, and takes up to three batches. */
function setUpQueue() {
  const memory = openMemoryStore(new MemoryLog());
  const given: { readonly batch: Batch; answer(refusal?: Error): void }[] = [];
  const store: Store = {
    ...memory,
    takesAnother: () => given.length < 3,
    commit: (batch) =>
      new Promise((resolve, reject) => {
        const answer = (refusal?: Error): void => {
          given.shift();
          if (refusal) reject(refusal);
          else resolve(void memory.commit(batch));
        };
        given.push({ batch, answer });
      }),
  };
  const clock = new ManualClock();
  const told: string[] = [];
  const committer = new Committer(store, clock, {
    committed: (events) => told.push(`committed ${events.map((event) => event.seq).join()}`),
    unavailable: (refusal) => told.push(refusal ? "unavailable" : "available"),
    failed: (error) => told.push(`failed: ${error instanceof Error ? error.message : String(error)}`),
  });
  const fill = async (seq: number): Promise<void> => {
    committer.addEvent(1, row.id, seq, { kind: "timer-fired", path: `wait-${seq}` });
    committer.addPayload(`"${seq}"`);
    committer.afterCommit(() => told.push(`acknowledged ${seq}`));
    await turn();
  };
  /** The store answers to all that it has; whether any was refused. */
  const answer = async (...refusals: (Error | undefined)[]): Promise<void> => {
    for (const refusal of refusals) given[0]?.answer(refusal);
    await turn();
  };
  const positions = (): number[] =>
    given.flatMap(({ batch }) => batch.events.map(({ event }) => event.position));
  return { clock, told, committer, fill, answer, given, positions };
}

test("a store that takes another batch has it before the first is stored, and each is acknowledged after its own", async () => {
  const { committer, fill, answer, told, positions } = setUpQueue();
  for (let seq = 1; seq <= 5; seq++) await fill(seq);
  // The fifth is filled on, since the store takes no fourth.
  expect(positions()).toEqual([1, 2, 3]);
  expect(committer.uncommittedEvents(1).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  expect([1, 3, 4].map((id) => committer.uncommittedPayload(id))).toEqual(['"1"', '"3"', '"4"']);
  await answer(undefined);
  expect(told).toEqual(["committed 1", "acknowledged 1"]);
  expect(committer.uncommittedPayload(1)).toBeUndefined();
  expect(positions()).toEqual([2, 3, 4, 5]);
  expect(committer.isIdle).toBe(false);
  await answer(undefined, undefined, undefined);
  expect(told.slice(2)).toEqual([
    "committed 2",
    "acknowledged 2",
    "committed 3",
    "acknowledged 3",
    "committed 4,5",
    "acknowledged 4",
    "acknowledged 5",
  ]);
  expect(committer.isIdle).toBe(true);
});

test("batches refused with the one before them are tried again after it, in order", async () => {
  const { clock, committer, fill, answer, told, given, positions } = setUpQueue();
  for (let seq = 1; seq <= 3; seq++) await fill(seq);
  given[0]?.answer(full);
  await turn();
  // The others are still with the store: nothing is tried before it has answered.
  clock.advance(10_000);
  expect(positions()).toEqual([2, 3]);
  expect(committer.blocked).toBe(true);
  await answer(full, full);
  await fill(4);
  expect(given).toEqual([]);
  clock.advance(250);
  expect(positions()).toEqual([1]);
  await answer(full);
  clock.advance(250);
  await answer(undefined);
  await answer(undefined);
  await answer(undefined);
  await answer(undefined);
  expect(told).toEqual([
    "unavailable",
    "available",
    ...[1, 2, 3, 4].flatMap((seq) => [`committed ${seq}`, `acknowledged ${seq}`]),
  ]);
  expect(clock.nextDueAt()).toBeUndefined();
});

test("after a failure nothing of what was under way behind it is acknowledged", async () => {
  const { committer, fill, given, told } = setUpQueue();
  for (let seq = 1; seq <= 3; seq++) await fill(seq);
  const [first, second, third] = given;
  first?.answer();
  second?.answer(new Error("broken"));
  third?.answer();
  await turn();
  expect(told).toEqual(["committed 1", "acknowledged 1", "failed: broken"]);
  await expect(committer.flushed()).rejects.toThrow("broken");
});
