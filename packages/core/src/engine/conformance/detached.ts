/** E17 of runs that nobody awaits: started by a step, once, they live by themselves. */
import assert from "node:assert/strict";
import { sequential } from "../../patterns/sequential.ts";
import type { Check } from "./check.ts";
import { NEVER, untilAborted } from "./trial.ts";

const LONG_MS = 60_000;

export const detached: readonly Check[] = [
  {
    title: "E17 a run started by a step goes on when its starter ends, fails, or is cancelled and undone",
    run: async (trial) => {
      let release = (): void => {};
      const released = new Promise<void>((resolve) => (release = resolve));
      const undo = (): void => {};
      const other = sequential("other", {
        steps: [trial.agent("work", () => released.then(() => "worked"))],
      });
      const starter = trial.agent("starter", (input, ctx) => ctx.start(other, input), { undo });
      const last = trial.agent("last", (_input, ctx) => {
        if (ctx.input === "completes") return "done";
        return ctx.input === "fails" ? Promise.reject(new Error("no")) : untilAborted(0, ctx);
      });
      const parent = sequential("parent", { steps: [starter, last] });
      const runtime = await trial.open([parent, other]);
      const ends: readonly (readonly [string, string])[] = [
        ["completes", "completed"],
        ["fails", "rolled-back"],
        ["is cancelled", "cancelled"],
      ];
      for (const [input, status] of ends) {
        const run = await runtime.start(parent, input, { id: input });
        await trial.logged("attempt-started", "last", run.id);
        if (status === "cancelled") await run.cancel("enough");
        assert.equal((await trial.outcome(run)).status, status);
      }
      await trial.advance(LONG_MS);
      const { runs } = await runtime.runs({ pattern: "other" });
      assert.deepEqual(new Set(runs.map((run) => run.state)), new Set(["running"]));
      assert.deepEqual(
        runs.map(({ origin }) => String(origin?.parent?.run)).toSorted(),
        ends.map(([input]) => input).toSorted(),
      );
      release();
      for (const { id } of runs)
        assert.deepEqual(await trial.outcome(runtime.run(id)), { status: "completed", output: "worked" });
    },
  },
  {
    title: "E17 a run started by a step is started once, over retries and crashes of the step",
    needs: ["crash"],
    run: async (trial) => {
      const ids: string[] = [];
      const other = sequential("other", { steps: [trial.agent("work")] });
      const starter = trial.agent(
        "starter",
        async (_input, ctx) => {
          const started = [await ctx.start(other, "first"), await ctx.start(other, "second")];
          ids.push(...started.map(({ id }) => id));
          if (ctx.attempt === 1) throw new Error("after the starts");
          return trial.crashing("done")(0, ctx);
        },
        { retry: { attempts: 2, delayMs: 0 } },
      );
      const parent = sequential("parent", { steps: [starter] });
      await (await trial.open([parent, other])).start(parent, 0, { id: "r" });
      await trial.crashed();
      const runtime = await trial.open([parent, other]);
      assert.deepEqual(await trial.outcome(runtime.run("r")), { status: "completed", output: "done" });
      const { runs } = await runtime.runs({ pattern: "other" });
      assert.deepEqual(runs.map((run) => run.id).toSorted(), [...new Set(ids)].toSorted());
      assert.equal(runs.length, 2);
      for (const { id } of runs) await trial.outcome(runtime.run(id));
      const completed = (await trial.events()).filter(
        (event) => event.kind === "step-completed" && event.path === "work",
      );
      assert.equal(completed.length, 2);
    },
  },
  {
    title: "E17 a run that was to be started when the process crashed is started by the next attempt",
    needs: ["crash-at-write"],
    run: async (trial) => {
      const other = sequential("other", { steps: [trial.agent("work")] });
      const starter = trial.agent("starter", async (_input, ctx) => {
        if (trial.life === 1) trial.crashAtWrite(1);
        const { id } = await ctx.start(other, "in", { id: "mine" });
        return id;
      });
      const parent = sequential("parent", { steps: [starter, trial.agent("after")] });
      trial.ask((await trial.open([parent, other])).start(parent, 0, { id: "r" }));
      await trial.crashed();
      const runtime = await trial.open([parent, other]);
      assert.deepEqual(await trial.outcome(runtime.run("r")), { status: "completed", output: "mine" });
      assert.deepEqual(await trial.outcome(runtime.run("mine")), { status: "completed", output: "in" });
      assert.equal(trial.count("work"), 1);
    },
  },
  {
    title:
      "E17 a run started by a step within less rights has no more, and one that asks for more is refused",
    run: async (trial) => {
      const other = sequential("other", {
        steps: [trial.agent("work", (_input, ctx) => [ctx.context.principal, ctx.context.grants])],
      });
      const starter = trial.agent("starter", (input, ctx) =>
        ctx.start(other, 0, { id: String(input), context: { grants: [String(input)] } }),
      );
      const parent = sequential("parent", { steps: [starter] });
      const options = { grants: ["look", "pay"] };
      const runtime = await trial.open([parent, other], options);
      const context = { grants: ["look"] };
      await trial.outcome(await runtime.start(parent, "look", { context }));
      assert.deepEqual(await trial.outcome(runtime.run("look")), {
        status: "completed",
        output: ["local", ["look"]],
      });
      const refused = await trial.outcome(await runtime.start(parent, "pay", { context }));
      assert(refused.status === "failed");
      assert.equal(refused.error.code, "permission-denied");
    },
  },
  {
    title: "E17 what was started and never ends holds its starter up in nothing",
    run: async (trial) => {
      const other = sequential("other", { steps: [trial.agent("work", () => NEVER)] });
      const starter = trial.agent("starter", (_input, ctx) => ctx.start("other", 0, { id: "forever" }));
      const parent = sequential("parent", { steps: [starter, trial.agent("after")] });
      const runtime = await trial.open([parent, other]);
      assert.equal((await trial.outcome(await runtime.start(parent, 0))).status, "completed");
      await runtime.run("forever").cancel("enough");
      assert.equal((await trial.outcome(runtime.run("forever"))).status, "cancelled");
    },
  },
];
