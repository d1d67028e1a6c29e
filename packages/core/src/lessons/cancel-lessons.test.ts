/** Cancelling: what other engines' users saw, and what holds here instead. */
import assert from "node:assert/strict";
import { approval } from "../patterns/approval.ts";
import { delay } from "../patterns/delay.ts";
import { forEach } from "../patterns/for-each.ts";
import { parallel } from "../patterns/parallel.ts";
import { sequential } from "../patterns/sequential.ts";
import { NEVER, untilAborted, type Trial } from "../engine/conformance/trial.ts";
import { gate, lesson } from "./fixtures/lesson.ts";

/** Turns of the microtask queue; more than lie between the end of one step and the begin of the next. */
const MOMENTS = 60;
/** Longer than any run stays in memory while it waits. */
const LONG_MS = 600_000;

async function passMoments(count: number): Promise<void> {
  for (let passed = 0; passed < count; passed++) await Promise.resolve();
}

async function statuses(trial: Trial): Promise<readonly (string | undefined)[]> {
  const { runs } = await trial.runtime.runs({ limit: 1_000 });
  return [...new Set(runs.map((run) => run.outcome))];
}

lesson(
  "a cancel at whatever moment between two steps ends the run as cancelled, with the first one undone",
  "temporalio/sdk-typescript#1580",
  async (trial) => {
    let first = gate();
    const pattern = sequential("p", {
      steps: [
        trial.agent("first", () => first.opened, { undo: () => {} }),
        trial.agent("second", untilAborted),
      ],
    });
    const runtime = await trial.open([pattern]);
    for (let moment = 0; moment < MOMENTS; moment++) {
      first = gate();
      const run = await runtime.start(pattern, moment);
      await trial.logged("attempt-started", "first", run.id);
      first.open();
      await passMoments(moment);
      const cancelled = run.cancel("preempted");
      const outcome = await trial.outcome(run);
      await cancelled;
      assert.equal(outcome.status, "cancelled");
      assert.deepEqual([outcome.undone, outcome.notUndone, outcome.unsure], [["first"], [], []]);
    }
    trial.crash();
    await trial.open([pattern]);
    assert.deepEqual(await statuses(trial), ["cancelled"]);
  },
);

lesson(
  "a cancelled run is cancelled, however its agent ends: in outcome, record and lists, after a restart too",
  ["temporalio/sdk-python#145", "inngest/inngest#3103", "growthxai/output#194"],
  async (trial) => {
    const endings: readonly ((stopped: unknown) => unknown)[] = [
      (stopped) => Promise.reject(stopped instanceof Error ? stopped : new Error("no reason")),
      () => Promise.reject(new DOMException("The operation was aborted", "AbortError")),
      () => Promise.reject(new TypeError("fetch failed")),
      () => "an answer all the same",
    ];
    const agent = trial.agent(
      "agent",
      async (input, ctx) => {
        await Promise.allSettled([untilAborted(input, ctx)]);
        return endings[Number(input)]?.(ctx.signal.reason);
      },
      { retry: { attempts: 3, delayMs: 0 } },
    );
    const pattern = sequential("p", { steps: [agent, trial.agent("next")] });
    const runtime = await trial.open([pattern]);
    for (const index of endings.keys()) {
      const run = await runtime.start(pattern, index, { id: `ending-${index}` });
      await trial.logged("attempt-started", "agent", run.id);
      await run.cancel("by its user");
      const outcome = await trial.outcome(run);
      assert.deepEqual([outcome.status, "reason" in outcome && outcome.reason], ["cancelled", "by its user"]);
    }
    await trial.close();
    const reopened = await trial.open([pattern]);
    const { runs } = await reopened.runs({ outcomes: ["cancelled"] });
    assert.equal(runs.length, endings.length);
    for (const run of runs) assert.equal((await trial.outcome(reopened.run(run.id))).status, "cancelled");
    assert.deepEqual((await reopened.runs({ outcomes: ["failed", "rolled-back"] })).runs, []);
    assert.deepEqual(new Set(trial.ledger), new Set(["agent"]));
  },
);

lesson(
  "a cancel in the moment in which a branch is stopped for another reason ends the run once, as cancelled",
  ["temporalio/sdk-python#1813", "temporalio/sdk-go#481"],
  async (trial) => {
    let fast = gate();
    const race = parallel("race", {
      tasks: {
        fast: trial.agent("fast", () => fast.opened, { undo: () => {} }),
        slow: trial.agent("slow", untilAborted),
      },
      tolerate: { quorum: 1 },
    });
    const pattern = sequential("p", { steps: [race, trial.agent("after", untilAborted)] });
    const runtime = await trial.open([pattern]);
    for (let moment = 0; moment < MOMENTS; moment++) {
      fast = gate();
      const run = await runtime.start(pattern, moment);
      await trial.logged("attempt-started", "race/fast", run.id);
      await trial.logged("attempt-started", "race/slow", run.id);
      fast.open();
      await passMoments(moment);
      await run.cancel("at the same time");
      const outcome = await trial.outcome(run);
      assert.equal(outcome.status, "cancelled");
      assert.deepEqual([outcome.undone, outcome.notUndone], [["race/fast"], []]);
      const ends = (await trial.events(run.id)).filter(
        (event) => event.kind === "attempt-failed" && event.path === "race/slow",
      );
      assert.equal(ends.length, 1);
    }
  },
);

lesson(
  "an attempt that fails after its run was cancelled is not retried",
  "hatchet-dev/hatchet#1377",
  async (trial) => {
    const failure = gate<Error>();
    const deaf = trial.agent(
      "deaf",
      async () => {
        throw await failure.opened;
      },
      { retry: { attempts: 5, delayMs: 0 } },
    );
    const pattern = sequential("p", { steps: [deaf, trial.agent("next")] });
    const runtime = await trial.open([pattern], { graceMs: 10_000 });
    const run = await runtime.start(pattern, 0);
    await trial.logged("attempt-started", "deaf");
    await run.cancel("enough");
    await trial.quiet();
    failure.open(new Error("connection reset"));
    assert.equal((await trial.outcome(run)).status, "cancelled");
    await trial.advance(LONG_MS);
    assert.deepEqual(trial.ledger, ["deaf"]);
    const asked = (await trial.events(run.id)).filter(
      (event) => event.kind === "attempt-failed" && event.retryInMs !== undefined,
    );
    assert.deepEqual(asked, []);
  },
);

lesson(
  "a run cancelled while it backs off ends at once, and neither its retry nor its next step is ever made",
  ["restatedev/restate#3656", "hatchet-dev/hatchet#4900"],
  async (trial) => {
    const policy = { retry: { attempts: 9, delayMs: 60_000, delayMsMax: 60_000 } };
    const failing = trial.agent("failing", () => Promise.reject(new Error("no")), policy);
    const pattern = sequential("p", { steps: [failing, trial.agent("downstream")] });
    const runtime = await trial.open([pattern]);
    const now = trial.clock.now();
    // One that is still in memory, and one that was dropped from it while it waited.
    const held = await runtime.start(pattern, "held");
    await trial.logged("attempt-failed", "failing", held.id);
    await held.cancel("superseded");
    assert.equal((await trial.outcome(held)).status, "cancelled");
    assert.equal(trial.clock.now(), now);
    const dropped = await runtime.start(pattern, "dropped");
    await trial.logged("attempt-failed", "failing", dropped.id);
    await trial.advance(10_000);
    await dropped.cancel("superseded");
    assert.equal((await trial.outcome(dropped)).status, "cancelled");
    assert.equal(trial.clock.now(), now + 10_000);
    await trial.advance(LONG_MS);
    trial.crash();
    await trial.open([pattern]);
    await trial.advance(LONG_MS);
    assert.deepEqual(trial.ledger, ["failing", "failing"]);
  },
);

lesson(
  "a run cancelled in its delay ends at once, and nothing happens when the delay would have been over",
  "mastra-ai/mastra#17908",
  async (trial) => {
    const pattern = sequential("p", { steps: [delay(LONG_MS, { name: "rest" }), trial.agent("after")] });
    const run = await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
    await trial.logged("wait-started", "rest");
    await trial.advance(1_000);
    await run.cancel("not today");
    assert.equal((await trial.outcome(run)).status, "cancelled");
    const before = await trial.events("r");
    const walks = trial.walks.length;
    await trial.advance(2 * LONG_MS);
    assert.deepEqual(await trial.events("r"), before);
    const { state, outcome } = await run.record();
    assert.deepEqual([state, outcome], ["ended", "cancelled"]);
    trial.crash();
    await trial.open([pattern]);
    await trial.advance(2 * LONG_MS);
    assert.deepEqual(await trial.events("r"), before);
    assert.equal(trial.walks.length, walks);
    assert.deepEqual(trial.ledger, []);
  },
);

lesson(
  "a run cancelled just before its process is restarted stays cancelled, and its step is not made again",
  "triggerdotdev/trigger.dev#888",
  async (trial) => {
    const deaf = trial.agent("deaf", () => NEVER);
    const pattern = sequential("p", {
      steps: [trial.agent("before", () => 1, { undo: () => {} }), deaf, trial.agent("after")],
    });
    const runtime = await trial.open([pattern], { graceMs: LONG_MS });
    const run = await runtime.start(pattern, 0, { id: "r" });
    await trial.logged("attempt-started", "deaf");
    await run.cancel("enough");
    await trial.close();
    const outcome = await trial.outcome((await trial.open([pattern])).run("r"));
    assert.equal(outcome.status, "cancelled");
    assert.deepEqual(outcome.undone, ["before"]);
    assert.deepEqual(trial.ledger, ["before", "deaf", "before/undo"]);
  },
);

lesson(
  "an agent that never gives a heartbeat is told of a cancel at once all the same",
  ["temporalio/sdk-go#638", "temporalio/sdk-typescript#1053"],
  async (trial) => {
    const silent = trial.agent("silent", untilAborted, { heartbeatTimeoutMs: LONG_MS, timeoutMs: LONG_MS });
    const pattern = sequential("p", { steps: [silent] });
    const run = await (await trial.open([pattern], { graceMs: LONG_MS })).start(pattern, 0);
    await trial.logged("attempt-started", "silent");
    const now = trial.clock.now();
    await run.cancel("now");
    assert.equal((await trial.outcome(run)).status, "cancelled");
    assert.equal(trial.clock.now(), now);
  },
);

lesson(
  "the undo of a cancelled run is not cancelled itself: it gets a live signal, its retries, and survives a crash",
  "temporalio/sdk-java#305",
  async (trial) => {
    const signals: boolean[] = [];
    const book = trial.agent("book", () => "ticket", {
      retry: { attempts: 3, delayMs: 5_000, jitter: false },
      undo: (output, ctx) => {
        signals.push(ctx.signal.aborted);
        if (ctx.attempt < 3) throw new Error(`can't give ${String(output)} back yet`);
      },
    });
    const pattern = sequential("p", { steps: [book, trial.agent("ride", untilAborted)] });
    const run = await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
    await trial.logged("attempt-started", "ride");
    await run.cancel("rain");
    await trial.logged("attempt-failed", "book/undo");
    await run.cancel("rain, still");
    await trial.advance(5_000);
    trial.crash();
    const reopened = (await trial.open([pattern])).run("r");
    await trial.advance(10_000);
    const outcome = await trial.outcome(reopened);
    assert.deepEqual(
      [outcome.status, "reason" in outcome && outcome.reason, "undone" in outcome && outcome.undone],
      ["cancelled", "rain", ["book"]],
    );
    assert.deepEqual(signals, [false, false, false]);
  },
);

lesson(
  "what had completed in branches and items when the cancel came is undone, with the outputs it had",
  ["cgreeno/temporalex#77", "cgreeno/temporalex#72"],
  async (trial) => {
    const undone: string[] = [];
    const undo = (output: unknown): void => void undone.push(String(output));
    const settle = trial.agent(
      "settle",
      (input, ctx) => (Number(input) < 2 ? `paid ${String(input)}` : untilAborted(input, ctx)),
      { undo },
    );
    const payments = forEach("payments", { items: () => [0, 1, 2, 3], step: settle });
    const both = parallel("both", {
      tasks: { payments, seat: trial.agent("seat", () => "7A", { undo }) },
    });
    const run = await (await trial.open([both])).start(both, 0, { id: "r" });
    await trial.logged("step-completed", "payments/[1]");
    await trial.logged("step-completed", "seat");
    trial.crash();
    const reopened = (await trial.open([both])).run(run.id);
    await reopened.cancel("sold out");
    const outcome = await trial.outcome(reopened);
    assert.equal(outcome.status, "cancelled");
    assert.deepEqual(undone.toSorted(), ["7A", "paid 0", "paid 1"]);
    assert.deepEqual(outcome.undone.toSorted(), ["payments/[0]", "payments/[1]", "seat"]);
  },
);

lesson("a wait that lost a race holds the run no longer", "inngest/inngest-js#1617", async (trial) => {
  const race = parallel("race", {
    tasks: {
      done: approval("done", { timeoutMs: LONG_MS }),
      error: approval("error", { timeoutMs: LONG_MS }),
      late: sequential("late", { steps: [delay(LONG_MS), trial.agent("remind")] }),
    },
    tolerate: { quorum: 1 },
  });
  const runtime = await trial.open([race]);
  for (const waitMs of [0, 10_000]) {
    const run = await runtime.start(race, 0);
    await trial.logged("wait-started", "error", run.id);
    await trial.advance(waitMs);
    const now = trial.clock.now();
    await run.signal("done", "yes");
    assert.equal((await trial.outcome(run)).status, "completed");
    assert.equal(trial.clock.now(), now);
    assert.equal((await run.record()).state, "ended");
  }
  await trial.advance(2 * LONG_MS);
  assert.deepEqual(trial.ledger, []);
});
