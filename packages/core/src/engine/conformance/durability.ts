/** E3: what was acknowledged is in the log, and nothing begins before its beginning is. */
import assert from "node:assert/strict";
import { approval } from "../../patterns/approval.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { Check } from "./check.ts";
import { untilAborted } from "./trial.ts";

export const durability: readonly Check[] = [
  {
    title: "E3 a run whose start was acknowledged is there after a crash, with its input, and executes",
    needs: ["crash"],
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("only")] });
      const runtime = await trial.open([pattern]);
      const input = { at: new Date(5), big: 12n, bytes: new Uint8Array([1, 2]), none: undefined };
      const starts = Array.from({ length: 20 }, (_, index) =>
        runtime.start(pattern, { ...input, index }, { id: `r${index}` }),
      );
      await Promise.all(starts);
      trial.crash();
      const reopened = await trial.open([pattern]);
      for (let index = 0; index < 20; index++) {
        const outcome = await trial.outcome(reopened.run(`r${index}`));
        assert.deepEqual(outcome, { status: "completed", output: { ...input, index } });
      }
    },
  },
  {
    title: "E3 no attempt begins before the run's start and the attempt itself are in the log",
    needs: ["crash"],
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("first", trial.crashing())] });
      const runtime = await trial.open([pattern]);
      // The agent can begin before this resolves; then it never does.
      trial.ask(runtime.start(pattern, 0, { id: "r" }));
      await trial.crashed();
      // Without the pattern, so that nothing is written but that.
      await trial.open([]);
      const [started, attempt] = await trial.events("r");
      assert.equal(started?.kind, "run-started");
      assert.equal(attempt?.kind, "attempt-started");
      assert.equal(attempt.path, "first");
    },
  },
  {
    title: "E3 an outcome that was told is the same after a crash",
    needs: ["crash"],
    run: async (trial) => {
      const good = sequential("good", { steps: [trial.agent("step", () => new Map([[1, "one"]]))] });
      const failing = trial.agent("step", () =>
        Promise.reject(new TypeError("no", { cause: new Error("why") })),
      );
      const bad = sequential("bad", { steps: [failing] });
      const runtime = await trial.open([good, bad]);
      const runs = [await runtime.start(good, 0), await runtime.start(bad, 0)];
      const told = await Promise.all(runs.map((run) => trial.outcome(run)));
      trial.crash();
      const reopened = await trial.open([good, bad]);
      const again = await Promise.all(runs.map((run) => trial.outcome(reopened.run(run.id))));
      assert.deepEqual(again, told);
      assert.deepEqual(told[0], { status: "completed", output: new Map([[1, "one"]]) });
      assert.equal(told[1]?.status, "failed");
      assert.deepEqual(trial.ledger, ["step", "step"]);
    },
  },
  {
    title: "E3 a cancel that was acknowledged holds after a crash",
    needs: ["crash"],
    run: async (trial) => {
      const slow = trial.agent("slow", () => new Promise(() => {}));
      const waiting = sequential("waiting", { steps: [approval("ok")] });
      const working = sequential("working", { steps: [slow] });
      const runtime = await trial.open([waiting, working], { graceMs: 60_000 });
      const runs = [await runtime.start(waiting, 0), await runtime.start(working, 0)];
      await trial.logged("attempt-started", "slow");
      await Promise.all(runs.map((run) => run.cancel("enough")));
      trial.crash();
      const reopened = await trial.open([waiting, working]);
      for (const run of runs) {
        const outcome = await trial.outcome(reopened.run(run.id));
        assert.equal(outcome.status, "cancelled");
        assert.equal(outcome.reason, "enough");
      }
      assert.deepEqual(trial.ledger, ["slow"]);
    },
  },
  {
    title: "E3 what a reader was shown is in the log after a crash",
    needs: ["crash"],
    run: async (trial) => {
      const pattern = sequential("p", {
        steps: [trial.agent("a"), trial.agent("b"), trial.agent("c", untilAborted)],
      });
      const runtime = await trial.open([pattern]);
      const seen: unknown[] = [];
      await runtime.start(pattern, 0, { id: "r" });
      for await (const event of runtime.events()) {
        seen.push(event);
        if (event.kind === "attempt-started" && event.path === "c") break;
      }
      trial.crash();
      await trial.open([]);
      assert.deepEqual((await trial.events()).slice(0, seen.length), seen);
    },
  },
];
