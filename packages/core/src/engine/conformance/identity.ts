/** E4: one id, one run. */
import assert from "node:assert/strict";
import { sequential } from "../../patterns/sequential.ts";
import type { Check } from "./check.ts";

export const identity: readonly Check[] = [
  {
    title: "E4 starting twice with one id and equal input gives the one run, running or ended",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("only")] });
      const runtime = await trial.open([pattern]);
      const input = (): unknown => ({ at: new Date(7), list: [1, -0, Number.NaN], text: "é" });
      const starts = [1, 2, 3].map(() => runtime.start(pattern, input(), { id: "same" }));
      const runs = await Promise.all(starts);
      for (const run of runs) assert.equal((await trial.outcome(run)).status, "completed");
      await trial.outcome(await runtime.start(pattern, input(), { id: "same" }));
      assert.deepEqual(trial.ledger, ["only"]);
      assert.equal((await runtime.runs()).runs.length, 1);
    },
  },
  {
    title: "E4 an id that exists is refused for another pattern, and for any input that is not equal",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("only")] });
      const other = sequential("other", { steps: [trial.agent("only")] });
      const runtime = await trial.open([pattern, other]);
      const conflict = { code: "run-conflict" };
      await runtime.start(pattern, { a: 1, b: 0 }, { id: "r" });
      await assert.rejects(runtime.start(other, { a: 1, b: 0 }, { id: "r" }), conflict);
      const unequal = [{ a: 1, b: -0 }, { b: 0, a: 1 }, { a: 1 }, { a: "1", b: 0 }, undefined, null, []];
      for (const input of unequal) await assert.rejects(runtime.start(pattern, input, { id: "r" }), conflict);
      await trial.outcome(runtime.run("r"));
      await assert.rejects(runtime.start(pattern, {}, { id: "r" }), conflict, "after its end");
      assert.deepEqual(trial.ledger, ["only"]);
    },
  },
  {
    title: "E4 a start that is refused fails none that were asked for beside it",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("only")] });
      const runtime = await trial.open([pattern]);
      const inputs = [1, 2, 1, 3];
      const starts = inputs.map((input, index) =>
        runtime.start(pattern, input, { id: index === 3 ? "b" : "a" }),
      );
      const settled = await Promise.allSettled(starts);
      assert.deepEqual(
        settled.map(({ status }) => status),
        ["fulfilled", "rejected", "fulfilled", "fulfilled"],
      );
      assert.deepEqual(await trial.outcome(runtime.run("a")), { status: "completed", output: 1 });
      assert.deepEqual(await trial.outcome(runtime.run("b")), { status: "completed", output: 3 });
    },
  },
  {
    title: "E4 ids are remembered after a crash",
    needs: ["crash"],
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("only")] });
      const runtime = await trial.open([pattern]);
      const told = await trial.outcome(await runtime.start(pattern, "in", { id: "r" }));
      trial.crash();
      const reopened = await trial.open([pattern]);
      const again = await reopened.start(pattern, "in", { id: "r" });
      assert.deepEqual(await trial.outcome(again), told);
      await assert.rejects(reopened.start(pattern, "other", { id: "r" }), { code: "run-conflict" });
      assert.deepEqual(trial.ledger, ["only"]);
    },
  },
  {
    title: "E4 a guest's start with an id that exists is refused for another pattern or input",
    needs: ["file"],
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("only")] });
      const other = sequential("other", { steps: [trial.agent("only")] });
      const runtime = await trial.open([pattern, other]);
      await trial.outcome(await runtime.start(pattern, 1, { id: "r" }));
      const guest = await trial.openGuest([pattern, other]);
      const same = guest.start(pattern, 1, { id: "r" });
      assert.equal((await trial.within(same, "the same start is answered", 50)).id, "r");
      const conflicting = [
        () => guest.start(pattern, 2, { id: "r" }),
        () => guest.start(other, 1, { id: "r" }),
      ];
      for (const start of conflicting) {
        await assert.rejects(trial.within(start(), "the conflict is told", 50), { code: "run-conflict" });
      }
      assert.deepEqual(trial.ledger, ["only"]);
    },
  },
];
