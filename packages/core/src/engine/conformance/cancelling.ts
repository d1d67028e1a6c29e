/** E6: a cancel reaches whatever a run is doing, and the first cause decides the outcome. */
import assert from "node:assert/strict";
import type { Pattern } from "../../delegation/pattern.ts";
import { approval } from "../../patterns/approval.ts";
import { delay } from "../../patterns/delay.ts";
import { forEach } from "../../patterns/for-each.ts";
import { parallel } from "../../patterns/parallel.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { Check } from "./check.ts";
import { NEVER, untilAborted, type Trial } from "./trial.ts";

const LONG_MS = 60_000;

export const cancelling: readonly Check[] = [
  {
    title: "E6 a cancel aborts running attempts, in branches and inner patterns too",
    run: async (trial) => {
      const inner = sequential("inner", { steps: [trial.agent("deep", untilAborted), trial.agent("after")] });
      const each = forEach("each", {
        items: () => [0, 1, 2],
        step: trial.agent("item", untilAborted),
        concurrencyMax: 2,
      });
      const pattern = parallel("p", { tasks: { inner, each, plain: trial.agent("plain", untilAborted) } });
      await cancelledAt(trial, pattern, ["attempt-started", "plain"]);
      assert.deepEqual(trial.ledger.toSorted(), ["each/[0]", "each/[1]", "inner/deep", "plain"]);
    },
  },
  {
    title: "E6 a cancel ends a wait for the next attempt",
    run: async (trial) => {
      const failing = trial.agent("failing", () => Promise.reject(new Error("no")), {
        retry: { attempts: 9, delayMs: LONG_MS, delayMsMax: LONG_MS },
      });
      await cancelledAt(trial, sequential("p", { steps: [failing] }), ["attempt-failed", "failing"]);
      await trial.advance(20 * LONG_MS);
      assert.deepEqual(trial.ledger, ["failing"]);
    },
  },
  {
    title: "E6 a cancel ends a delay and an approval",
    run: async (trial) => {
      const resting = sequential("resting", {
        steps: [delay(LONG_MS, { name: "rest" }), trial.agent("after")],
      });
      await cancelledAt(trial, resting, ["wait-started", "rest"]);
      await trial.close();
      const asking = sequential("asking", {
        steps: [approval("ok", { timeoutMs: LONG_MS }), trial.agent("after")],
      });
      await cancelledAt(trial, asking, ["wait-started", "ok"]);
      await trial.advance(2 * LONG_MS);
      assert.deepEqual(trial.ledger, []);
    },
  },
  {
    title: "E6 a cancel takes a step out of its agent's queue, and the slot goes on to others",
    run: async (trial) => {
      let free = (): void => {};
      const only = trial.agent(
        "only",
        (input) => (input === "first" ? new Promise<void>((resolve) => (free = resolve)) : input),
        { concurrency: 1 },
      );
      const pattern = sequential("p", { steps: [only] });
      const runtime = await trial.open([pattern]);
      const first = await runtime.start(pattern, "first");
      const second = await runtime.start(pattern, "second");
      const third = await runtime.start(pattern, "third");
      await trial.quiet();
      await second.cancel("not needed");
      const outcome = await trial.outcome(second);
      assert.equal(outcome.status, "cancelled");
      assert.deepEqual(trial.ledger, ["only"]);
      free();
      assert.equal((await trial.outcome(first)).status, "completed");
      assert.deepEqual(await trial.outcome(third), { status: "completed", output: "third" });
      assert.deepEqual(trial.ledger, ["only", "only"]);
    },
  },
  {
    title: "E6 a cancelled run is undone, last step first, and nothing new begins",
    run: async (trial) => {
      const undo = (): void => {};
      const steps = [trial.agent("a", () => 1, { undo }), trial.agent("b", () => 2, { undo })] as const;
      const pattern = sequential("p", {
        steps: [...steps, trial.agent("c", untilAborted), trial.agent("d")],
      });
      const outcome = await cancelledAt(trial, pattern, ["attempt-started", "c"]);
      assert.deepEqual(outcome.undone, ["b", "a"]);
      assert.deepEqual(trial.ledger, ["a", "b", "c", "b/undo", "a/undo"]);
    },
  },
  {
    title: "E6 a cancel that is asked for twice counts once, with the first reason",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("a", untilAborted)] });
      const run = await (await trial.open([pattern])).start(pattern, 0);
      await Promise.all([run.cancel("one"), run.cancel("two")]);
      await run.cancel("three");
      const outcome = await trial.outcome(run);
      assert.equal(outcome.status, "cancelled");
      assert.equal(outcome.reason, "one");
      const asked = (await trial.events(run.id)).filter((event) => event.kind === "cancel-requested");
      assert.equal(asked.length, 1);
    },
  },
  {
    title: "E6 where a deadline or a failure came first, a later cancel does not name the outcome",
    run: async (trial) => {
      let undone = (): void => {};
      const slowUndo = (): Promise<void> => new Promise((resolve) => (undone = resolve));
      const first = trial.agent("first", () => 1, { undo: slowUndo });
      const late = sequential("late", { steps: [first, delay(LONG_MS)], timeoutMs: 1_000 });
      const failing = trial.agent("failing", () => Promise.reject(new Error("no")));
      const bad = sequential("bad", { steps: [first, failing] });
      const runtime = await trial.open([late, bad]);
      for (const [pattern, status] of [
        [late, "timed-out"],
        [bad, "rolled-back"],
      ] as const) {
        const run = await runtime.start(pattern, 0);
        if (pattern === late) await trial.logged("wait-started", undefined, run.id);
        await trial.advance(1_000);
        await trial.logged("attempt-started", "first/undo", run.id);
        await run.cancel("too late to count");
        undone();
        assert.equal((await trial.outcome(run)).status, status);
      }
    },
  },
  {
    title: "E6 a failure for good comes before a cancel asked for while its unsure effect is taken back",
    run: async (trial) => {
      let undone = (): void => {};
      const refused = trial.agent("refused", () => 1, {
        verify: () => "no",
        undoUnsure: () => new Promise<void>((resolve) => (undone = resolve)),
      });
      const pattern = sequential("p", { steps: [refused] });
      const run = await (await trial.open([pattern])).start(pattern, 0);
      await trial.logged("attempt-started", "refused/undo");
      await run.cancel("too late to count");
      undone();
      const outcome = await trial.outcome(run);
      assert.equal(outcome.status, "rolled-back");
    },
  },
  {
    title: "E6 a cancelled run with an undo that failed is rollback-failed, and says what it was before",
    run: async (trial) => {
      const stuck = trial.agent("stuck", () => 1, { undo: () => Promise.reject(new Error("can't")) });
      const pattern = sequential("p", { steps: [stuck, trial.agent("slow", untilAborted)] });
      const run = await (await trial.open([pattern])).start(pattern, 0);
      await trial.logged("attempt-started", "slow");
      await run.cancel("enough");
      const outcome = await trial.outcome(run);
      assert.equal(outcome.status, "rollback-failed");
      assert.equal(outcome.because, "cancelled");
      assert.deepEqual(outcome.notUndone, ["stuck"]);
    },
  },
  {
    title: "E6 an undo begun after a cancel goes on after a crash, and the outcome stays cancelled",
    needs: ["crash"],
    run: async (trial) => {
      const first = trial.agent("first", () => 1, { undo: trial.crashing() });
      const slow = trial.agent("slow", () => (trial.life === 1 ? NEVER : 2));
      const pattern = sequential("p", { steps: [first, slow] });
      const runtime = await trial.open([pattern]);
      const run = await runtime.start(pattern, 0, { id: "r" });
      await trial.until(() => trial.ledger.includes("slow"), "the slow step begins");
      await run.cancel("enough");
      await trial.advance(1);
      await trial.crashed();
      const outcome = await trial.outcome((await trial.open([pattern])).run("r"));
      assert.equal(outcome.status, "cancelled");
      assert.deepEqual(outcome.undone, ["first"]);
      assert.deepEqual(trial.ledger, ["first", "slow", "first/undo", "first/undo"]);
    },
  },
];

/** Cancels a run once its log has the event, and holds that it ends as cancelled without time passing. */
async function cancelledAt(trial: Trial, pattern: Pattern, [kind, path]: Parameters<Trial["logged"]>) {
  const runtime = await trial.open([pattern]);
  const run = await runtime.start(pattern.name, 0);
  await trial.logged(kind, path);
  await trial.quiet();
  await run.cancel("enough");
  const outcome = await trial.outcome(run);
  assert.equal(outcome.status, "cancelled");
  assert.equal(outcome.reason, "enough");
  return outcome;
}
