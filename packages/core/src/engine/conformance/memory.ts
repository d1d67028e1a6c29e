/** E16: finished runs hold no memory, waiting ones little, and history is read by the page. */
import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { approval } from "../../patterns/approval.ts";
import { delay } from "../../patterns/delay.ts";
import { forEach } from "../../patterns/for-each.ts";
import { parallel } from "../../patterns/parallel.ts";
import { repeat } from "../../patterns/repeat.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { Runnable } from "../../delegation/agent.ts";
import type { Check } from "./check.ts";
import { SlowSchema } from "./slow-schema.ts";
import type { Trial } from "./trial.ts";

/** A run that waits so long is dropped from memory. */
const IDLE_MS = 2_000;
const SWEEPS = 3;
const RUNS = 2_000;
const WAITING_BYTES_MAX = 2_048;
/**
 * What may be left of a finished run: caches of values, about 100, and noise of the measurement, spread over all runs. A
 * run that was kept would take 500 and more.
 */
const FINISHED_BYTES_MAX = 350;
const PAGE_EVENTS_MAX = 2_000;

export const memory: readonly Check[] = [
  {
    title: "E16 a finished run is not held in memory",
    needs: ["heap"],
    run: async (trial) => {
      const pattern = parallel("p", {
        tasks: { a: trial.agent("a"), b: sequential("b", { steps: [trial.agent("c")] }) },
      });
      const failing = trial.agent("failing", () => Promise.reject(new Error("no")));
      const bad = sequential("bad", { steps: [failing] });
      const runtime = await trial.open([pattern, bad]);
      for (const name of ["p", "bad"]) await trial.outcome(await runtime.start(name, 0));
      await trial.quiet();
      assert.equal(trial.walks.length, 2);
      assert.deepEqual(await held(trial), []);
    },
  },
  {
    title:
      "E16 a run that waits for two seconds is dropped from memory, not before, and not while an attempt runs",
    needs: ["heap"],
    run: async (trial) => {
      const working = trial.agent("working", () => new Promise(() => {}));
      const waiting = sequential("waiting", { steps: [approval("ok")] });
      const both = parallel("both", { tasks: { ok: approval("ok"), working } });
      const runtime = await trial.open([waiting, both]);
      await runtime.start(waiting, 0, { id: "waiting" });
      await runtime.start(both, 0, { id: "both" });
      await trial.logged("wait-started", "ok", "waiting");
      await trial.advance(IDLE_MS - 1);
      assert.deepEqual(await held(trial), ["waiting", "both"]);
      await dropIdle(trial);
      assert.deepEqual(await held(trial), ["both"]);
      assert.equal((await runtime.run("waiting").record()).state, "waiting");
    },
  },
  ...wakings(),
  {
    title: "E16 a run that awaits an answer of user code is not dropped",
    run: async (trial) => {
      const slow = new SlowSchema();
      const inner = sequential("inner", { input: slow, steps: [trial.agent("a")] });
      const pattern = sequential("p", { steps: [inner] });
      const run = await (await trial.open([pattern])).start(pattern, "in");
      await trial.quiet();
      await dropIdle(trial);
      slow.answer();
      assert.deepEqual(await trial.outcome(run), { status: "completed", output: "in" });
    },
  },
  {
    title: "E16 a run that wakes reads only the values it needs",
    needs: ["reads"],
    run: async (trial) => {
      const steps = Array.from({ length: 20 }, (_, index) =>
        trial.agent(`step-${index}`, () => `output ${index}`),
      );
      const row: Runnable<string, unknown> = sequential("row", { steps });
      const pattern = sequential("p", { steps: [row, approval("ok"), trial.agent("last")] });
      const run = await (await trial.open([pattern])).start("p", 0);
      await trial.logged("wait-started", "ok");
      await trial.close();
      // Reopened, so that nothing is at hand from before.
      const before = trial.log.reads?.().payloads ?? 0;
      const reopened = (await trial.open([pattern])).run(run.id);
      await dropIdle(trial);
      await reopened.signal("ok");
      assert.deepEqual(await trial.outcome(reopened), { status: "completed", output: "output 19" });
      // The last step's input, and the output for this test.
      assert.ok((trial.log.reads?.().payloads ?? 0) - before <= 2);
    },
  },
  {
    title: "E16 a repeat of many delays reads little each time it wakes, also after a restart",
    needs: ["reads"],
    run: async (trial) => {
      const readFor = async (iterations: number): Promise<number> => {
        const id = `of-${iterations}`;
        const before = trial.log.reads?.().events ?? 0;
        await trial.runtime.start("loop", iterations, { id });
        await trial.quiet();
        const hasEnded = async (): Promise<boolean> =>
          (await trial.runtime.run(id).record()).state === "ended";
        for (let count = 0; !(await hasEnded()); count++) {
          if (count === iterations / 2) {
            await trial.close();
            await trial.open(patterns);
          }
          await trial.advance(LONG_MS - SWEEPS * IDLE_MS);
          await dropIdle(trial);
          assert.ok(count <= 3 * iterations, "the loop ends");
        }
        await trial.outcome(trial.runtime.run(id));
        return (trial.log.reads?.().events ?? 0) - before;
      };
      const LONG_MS = 60_000;
      const patterns = [
        sequential("loop", {
          steps: [
            trial.agent("before"),
            repeat(delay(LONG_MS, { name: "rest" }), {
              until: (_value, ctx) => ctx.iteration + 1 === ctx.input,
              max: 1_000,
            }),
          ],
        }),
      ];
      await trial.open(patterns);
      const [few, many] = [await readFor(50), await readFor(500)];
      assert.ok(many <= 15 * few, `${many} events read for 500 delays, ${few} for 50`);
    },
  },
  {
    title: `E16 history is read in pages of at most ${PAGE_EVENTS_MAX} events`,
    needs: ["reads"],
    run: async (trial) => {
      const items = Array.from({ length: 2 * PAGE_EVENTS_MAX }, (_, index) => index);
      const each = forEach("each", { items: () => items, step: trial.agent("item") });
      const pattern = sequential("p", { steps: [each, approval("ok")] });
      await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      await trial.logged("wait-started", "ok", "r");
      await trial.close();
      const runtime = await trial.open([pattern]);
      await runtime.engine.fold({
        name: "count",
        version: 1,
        initial: () => 0,
        apply: (count: number) => count + 1,
      });
      await runtime.run("r").signal("ok");
      await trial.outcome(runtime.run("r"));
      assert.ok((await trial.events()).length > 2 * PAGE_EVENTS_MAX);
      assert.ok((trial.log.reads?.().pageEventsMax ?? Infinity) <= PAGE_EVENTS_MAX);
    },
  },
  {
    title: `E16 ${RUNS} waiting runs take at most ${WAITING_BYTES_MAX} bytes each, and finished ones none`,
    needs: ["heap", "log-outside-heap"],
    run: async (trial) => {
      const pattern = sequential("p", {
        steps: [trial.agent("a"), approval("ok", { timeoutMs: 86_400_000 })],
      });
      const runtime = await trial.open([pattern]);
      // Warm: caches and compiled code are there before the first measurement.
      await finish(trial, runtime, await begin(trial, runtime, "warm"));
      const before = await heapBytes(trial);
      const ids = await begin(trial, runtime, "measured");
      const waiting = await heapBytes(trial);
      await finish(trial, runtime, ids);
      const finished = await heapBytes(trial);
      assert.ok(
        (waiting - before) / RUNS <= WAITING_BYTES_MAX,
        `${(waiting - before) / RUNS} bytes per waiting run`,
      );
      assert.ok(
        (finished - before) / RUNS <= FINISHED_BYTES_MAX,
        `${(finished - before) / RUNS} bytes per finished run`,
      );
    },
  },
];

/** What wakes a run that was dropped from memory. */
function wakings(): readonly Check[] {
  const longMs = 60_000;
  const wake = (
    by: string,
    waker: (trial: Trial) => Promise<void>,
    expected: (trial: Trial) => Promise<void>,
  ): Check => ({
    title: `E16 a run dropped from memory goes on ${by}`,
    run: async (trial) => {
      const pattern = sequential("p", {
        steps: [
          trial.agent("before"),
          approval("ok", { timeoutMs: longMs }),
          delay(longMs, { name: "rest" }),
          trial.agent("after"),
        ],
      });
      const runtime = await trial.open([pattern]);
      await runtime.start(pattern, "in", { id: "r" });
      await trial.logged("wait-started", "ok");
      await dropIdle(trial);
      assert.equal(trial.walks.length, 1);
      await waker(trial);
      await trial.until(() => trial.walks.length === 2, "the run is walked again");
      await expected(trial);
      assert.equal(trial.count("before"), 1);
    },
  });
  return [
    wake(
      "at a signal, and again when its timer is due",
      (trial) => trial.runtime.run("r").signal("ok"),
      async (trial) => {
        await trial.logged("wait-started", "rest");
        await dropIdle(trial);
        await trial.advance(longMs - SWEEPS * IDLE_MS - 1);
        assert.equal(trial.count("after"), 0);
        await trial.advance(1);
        await trial.advance(0);
        assert.deepEqual(await trial.outcome(trial.runtime.run("r")), { status: "completed", output: "in" });
        assert.equal(trial.walks.length, 3);
      },
    ),
    wake(
      "when its time limit is over",
      (trial) => trial.advance(longMs),
      async (trial) => {
        await trial.advance(0);
        const outcome = await trial.outcome(trial.runtime.run("r"));
        assert.equal(outcome.status, "failed");
        assert.equal(outcome.error.code, "approval-timed-out");
      },
    ),
    wake(
      "at a cancel",
      (trial) => trial.runtime.run("r").cancel("enough"),
      async (trial) => assert.equal((await trial.outcome(trial.runtime.run("r"))).status, "cancelled"),
    ),
  ];
}

/** Lets more time pass than a waiting run stays in memory. */
async function dropIdle(trial: Trial): Promise<void> {
  for (let sweep = 0; sweep < SWEEPS; sweep++) await trial.advance(IDLE_MS);
}

async function begin(trial: Trial, runtime: Trial["runtime"], name: string): Promise<readonly string[]> {
  const ids = Array.from({ length: RUNS }, (_, index) => `${name}-${index}`);
  await Promise.all(ids.map((id) => runtime.start("p", id, { id })));
  const waiting = async (): Promise<boolean> =>
    (await runtime.runs({ states: ["waiting"], limit: 1_000, sort: "started", descending: false })).runs
      .length > 0 && (await runtime.runs({ states: ["running"], limit: 1 })).runs.length === 0;
  await trial.until(waiting, "all runs wait");
  await dropIdle(trial);
  return ids;
}

async function finish(trial: Trial, runtime: Trial["runtime"], ids: readonly string[]): Promise<void> {
  const told = Promise.all(ids.map((id) => runtime.run(id).outcome()));
  await Promise.all(ids.map((id) => runtime.run(id).signal("ok")));
  await trial.within(told, "all runs end");
  await trial.quiet();
}

/** The runs whose journals something still holds. */
async function held(trial: Trial): Promise<readonly string[]> {
  await collectGarbage(trial);
  return trial.walks.flatMap(({ run, journal }) => (journal.deref() ? [run] : []));
}

async function heapBytes(trial: Trial): Promise<number> {
  trial.walks.length = 0;
  trial.ledger.length = 0;
  // What is left of compiled code goes only after several collections.
  for (let least = Infinity; ;) {
    await collectGarbage(trial);
    const { heapUsed } = process.memoryUsage();
    if (heapUsed >= least) return least;
    least = heapUsed;
  }
}

/** A weak reference holds its target until the turn ends, so turns pass in between. */
async function collectGarbage(trial: Trial): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  assert(typeof collect === "function");
  for (let round = 0; round < 3; round++) {
    await trial.quiet();
    Reflect.apply(collect, undefined, []);
  }
}
