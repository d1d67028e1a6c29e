/** E5: an outcome is recorded once and never changes. */
import assert from "node:assert/strict";
import { approval } from "../../patterns/approval.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { Check } from "./check.ts";
import { SlowSchema } from "./slow-schema.ts";

/** Turns of the microtask queue; more than lie between a step's end and its run's. */
const MOMENTS = 60;

export const outcomes: readonly Check[] = [
  {
    title: "E5 cancels, signals and starts after the end change nothing",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [approval("ok"), trial.agent("only")] });
      const runtime = await trial.open([pattern]);
      const run = await runtime.start(pattern, 1, { id: "r" });
      await run.signal("ok", true);
      const told = await trial.outcome(run);
      assert.deepEqual(told, { status: "completed", output: 1 });
      await run.cancel("too late");
      await runtime.start(pattern, 1, { id: "r" });
      await trial.advance(10_000);
      assert.deepEqual(await trial.outcome(run), told);
      await trial.close();
      const reopened = (await trial.open([pattern])).run("r");
      await reopened.cancel("far too late");
      assert.deepEqual(await trial.outcome(reopened), told);
      assert.equal((await trial.events("r")).filter((event) => event.kind === "run-ended").length, 1);
      assert.equal((await reopened.record()).outcome, "completed");
      assert.deepEqual(trial.ledger, ["only"]);
    },
  },
  {
    title: "E5 feedback after the end changes nothing but what is learned, and the last one counts",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("only", undefined, { verify: () => 0.75 })] });
      const run = await (await trial.open([pattern])).start(pattern, 1, { id: "r" });
      const told = await trial.outcome(run);
      // At once, so that neither finds the other on disk.
      await Promise.all([run.feedback(0.5), run.feedback(0.25, { note: "not what was asked for" })]);
      await trial.close();
      const reopened = (await trial.open([pattern])).run("r");
      await reopened.feedback(1);
      assert.deepEqual(await trial.outcome(reopened), told);
      assert.equal((await reopened.record()).outcome, "completed");
      const given = (await trial.events("r")).filter((event) => event.kind === "feedback-given");
      assert.deepEqual(
        given.map(({ score, before, note }) => [score, before, note]),
        [
          [0.5, 0.75, undefined],
          [0.25, 0.5, "not what was asked for"],
          [1, 0.25, undefined],
        ],
      );
      assert.partialDeepStrictEqual(given[0], { pattern: "p", domain: "default", by: "local" });
    },
  },
  {
    title: "E5 feedback before the end stands for the steps' scores, also after a restart",
    run: async (trial) => {
      const work = trial.agent("work", undefined, { verify: () => 0.75 });
      const pattern = sequential("p", { steps: [work, approval("ok")] });
      const run = await (await trial.open([pattern])).start(pattern, 1, { id: "r" });
      await trial.logged("wait-started", "ok");
      await run.feedback(0.5);
      await trial.close();
      const reopened = (await trial.open([pattern])).run("r");
      await reopened.signal("ok");
      assert.equal((await trial.outcome(reopened)).status, "completed");
      await reopened.feedback(0);
      const [, early, end, late] = (await trial.events("r")).filter((event) => "score" in event);
      assert.partialDeepStrictEqual(early, { kind: "feedback-given", score: 0.5 });
      assert(early?.kind === "feedback-given" && early.before === undefined);
      assert.partialDeepStrictEqual(end, { kind: "run-ended", score: 0.5 });
      assert.partialDeepStrictEqual(late, { kind: "feedback-given", score: 0, before: 0.5 });
    },
  },
  {
    title: "E5 feedback on a run that teaches nothing says of nothing what it had taught",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [approval("ok")] });
      const runtime = await trial.open([pattern]);
      const run = await runtime.start(pattern, 1, { id: "r" });
      await run.cancel("not needed");
      await trial.outcome(run);
      await run.feedback(0.5);
      await run.feedback(0.25);
      const given = (await trial.events("r")).filter((event) => event.kind === "feedback-given");
      assert.deepEqual(
        given.map((event) => event.before),
        [undefined, undefined],
      );
    },
  },
  {
    title: "E5 a cancel at whatever moment of a run's end gives one outcome, the same for everybody",
    run: async (trial) => {
      let finish = (): void => {};
      const only = trial.agent("only", () => new Promise<void>((resolve) => (finish = resolve)), {
        undo: () => {},
      });
      const pattern = sequential("p", { steps: [only] });
      const runtime = await trial.open([pattern]);
      const statuses = new Set<string>();
      for (let moment = 0; moment < MOMENTS; moment++) {
        const run = await runtime.start(pattern, 0);
        await trial.logged("attempt-started", "only", run.id);
        finish();
        for (let passed = 0; passed < moment; passed++) await Promise.resolve();
        const cancelled = run.cancel("now");
        const [outcome, other] = await Promise.all([trial.outcome(run), trial.outcome(run)]);
        await cancelled;
        assert.deepEqual(other, outcome);
        const end = (await trial.events(run.id)).find((event) => event.kind === "run-ended");
        assert(end?.kind === "run-ended");
        assert.equal(end.outcome.status, outcome.status);
        assert.equal((await run.record()).outcome, outcome.status);
        statuses.add(outcome.status);
      }
      assert.deepEqual(
        [...statuses],
        ["cancelled", "completed"],
        "the moments reach from before the end to after it",
      );
    },
  },
  {
    title: "E5 an answer of user code that comes after the run's end changes nothing and is not recorded",
    run: async (trial) => {
      const slow = new SlowSchema();
      const inner = sequential("inner", { input: slow, steps: [trial.agent("a")] });
      const pattern = sequential("p", { steps: [inner] });
      const run = await (await trial.open([pattern])).start(pattern, "in");
      await trial.quiet();
      await run.cancel("enough");
      assert.equal((await trial.outcome(run)).status, "cancelled");
      slow.answer();
      await trial.quiet();
      assert.equal((await trial.events()).at(-1)?.kind, "run-ended");
      assert.deepEqual(trial.ledger, []);
    },
  },
  {
    title: "E5 an attempt that ends after its run was given up changes nothing",
    run: async (trial) => {
      let finish = (_value: string): void => {};
      const deaf = trial.agent("deaf", () => new Promise<string>((resolve) => (finish = resolve)));
      const pattern = sequential("p", { steps: [deaf] });
      const runtime = await trial.open([pattern], { graceMs: 1_000 });
      const run = await runtime.start(pattern, 0, { id: "r" });
      await trial.logged("attempt-started", "deaf");
      await run.cancel("enough");
      await trial.advance(1_000);
      const told = await trial.outcome(run);
      assert.equal(told.status, "cancelled");
      await run.feedback(0.5);
      finish("late");
      await trial.logged("attempt-ended-late", "deaf");
      await run.feedback(0.25);
      assert.deepEqual(await trial.outcome(run), told);
      await trial.close();
      assert.deepEqual(await trial.outcome((await trial.open([pattern])).run("r")), told);
    },
  },
];
