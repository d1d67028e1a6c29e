/** E5: an outcome is recorded once and never changes. */
import assert from "node:assert/strict";
import { approval } from "../../patterns/approval.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { Check } from "./check.ts";
import { SlowSchema } from "./slow-schema.ts";

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
    title: "E5 a cancel and the last step's end in one turn give one outcome, the same for everybody",
    run: async (trial) => {
      let finish = (): void => {};
      const only = trial.agent(
        "only",
        () => new Promise<string>((resolve) => (finish = () => resolve("done"))),
        {
          undo: () => {},
        },
      );
      const pattern = sequential("p", { steps: [only] });
      const runtime = await trial.open([pattern]);
      for (const first of ["end", "cancel"] as const) {
        const run = await runtime.start(pattern, 0);
        await trial.logged("attempt-started", "only", run.id);
        if (first === "end") finish();
        const cancelled = run.cancel("now");
        if (first === "cancel") finish();
        const [outcome, other] = await Promise.all([trial.outcome(run), trial.outcome(run)]);
        await cancelled;
        const ends = (await trial.events(run.id)).filter((event) => event.kind === "run-ended");
        assert.equal(ends.length, 1);
        assert.equal(ends[0]?.kind === "run-ended" && ends[0].outcome.status, outcome.status);
        assert.deepEqual(other, outcome);
        assert.equal((await run.record()).outcome, outcome.status);
      }
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
      finish("late");
      await trial.logged("attempt-ended-late", "deaf");
      assert.deepEqual(await trial.outcome(run), told);
      await trial.close();
      assert.deepEqual(await trial.outcome((await trial.open([pattern])).run("r")), told);
    },
  },
];
