/** E7b: attempts that a crash or a shutdown cut short. */
import assert from "node:assert/strict";
import { forEach } from "../../patterns/for-each.ts";
import { meta } from "../../patterns/meta.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { AgentPolicy } from "../../delegation/agent.ts";
import type { Outcome } from "../../delegation/outcome.ts";
import type { Check } from "./check.ts";
import { NEVER, untilAborted, type Trial } from "./trial.ts";

const UNSAFE: AgentPolicy<unknown, unknown> = { idempotent: false, retry: { attempts: 5, delayMs: 0 } };

export const recoveries: readonly Check[] = [
  {
    title: "E7b an attempt lost to a crash is made again without using up `attempts`",
    needs: ["crash"],
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("only", trial.crashing("done"))] });
      await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      await trial.crashed();
      const outcome = await trial.outcome((await trial.open([pattern])).run("r"));
      assert.deepEqual(outcome, { status: "completed", output: "done" });
      const facts = (await trial.events("r")).map(({ kind, attempt }) => [kind, attempt]);
      assert.deepEqual(facts.slice(1, 5), [
        ["attempt-started", 1],
        ["attempt-lost", 1],
        ["attempt-started", 1],
        ["step-completed", 1],
      ]);
    },
  },
  {
    title: "E7b a lost attempt is not among the failed ones that a phase is held against",
    needs: ["crash"],
    run: async (trial) => {
      const only = trial.agent("only", trial.crashing("done"));
      const pattern = meta("p", {
        phases: [{ name: "all", patterns: [only], coordination: "sequential", rollbackOn: { errorRate: 0 } }],
      });
      await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      await trial.crashed();
      const outcome = await trial.outcome((await trial.open([pattern])).run("r"));
      assert.deepEqual(outcome, { status: "completed", output: { only: "done" } });
    },
  },
  {
    title: "E7b an attempt stopped by a shutdown is made again without using up `attempts`",
    run: async (trial) => {
      const only = trial.agent("only", (input, ctx) => (trial.life > 1 ? "done" : untilAborted(input, ctx)));
      const pattern = sequential("p", { steps: [only] });
      await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      await trial.logged("attempt-started", "only");
      await trial.close();
      const outcome = await trial.outcome((await trial.open([pattern])).run("r"));
      assert.deepEqual(outcome, { status: "completed", output: "done" });
      assert.deepEqual(trial.ledger, ["only", "only"]);
    },
  },
  {
    title:
      "E7b a step that crashes its process each time fails as attempt-lost after `recoveriesMax` recoveries",
    needs: ["crash"],
    run: async (trial) => {
      const deadly = trial.agent("deadly", () => {
        trial.crash();
        return NEVER;
      });
      const pattern = sequential("p", { steps: [trial.agent("before"), deadly] });
      await (await trial.open([pattern], { recoveriesMax: 3 })).start(pattern, 0, { id: "r" });
      for (let begun = 1; begun <= 4; begun++) {
        await trial.until(() => trial.count("deadly") === begun, `attempt ${begun} begins`);
        await trial.open([pattern], { recoveriesMax: 3 });
      }
      const outcome = await trial.outcome(trial.runtime.run("r"));
      assert.equal(outcome.status, "failed");
      assert.equal(outcome.error.code, "attempt-lost");
      assert.equal(outcome.error.path, "deadly");
      assert.deepEqual(trial.ledger, ["before", "deadly", "deadly", "deadly", "deadly"]);
    },
  },
  {
    title: "E7b `recoveriesMax` is 5 by default",
    needs: ["crash"],
    run: async (trial) => {
      const deadly = trial.agent("deadly", () => {
        trial.crash();
        return NEVER;
      });
      const pattern = sequential("p", { steps: [deadly] });
      await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      for (let begun = 1; begun <= 6; begun++) {
        await trial.until(() => trial.count("deadly") === begun, `attempt ${begun} begins`);
        await trial.open([pattern]);
      }
      assert.equal((await trial.outcome(trial.runtime.run("r"))).status, "failed");
      assert.equal(trial.ledger.length, 6);
    },
  },
  {
    title: "E7b a recovery is in the log before its attempt begins",
    needs: ["crash"],
    run: async (trial) => {
      const deadly = trial.agent("deadly", () => {
        trial.crash();
        return NEVER;
      });
      const pattern = sequential("p", { steps: [deadly] });
      await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      await trial.crashed();
      await trial.open([pattern]);
      await trial.crashed();
      // Without the pattern, so that nothing is written but that.
      await trial.open([]);
      const begun = (await trial.events("r")).flatMap((event) =>
        event.kind === "attempt-started" ? [event.recovery] : [],
      );
      assert.deepEqual(begun, [0, 1]);
    },
  },
  {
    title: "E7b a step that waited for its agent's slot at the crash has lost nothing",
    needs: ["crash"],
    run: async (trial) => {
      const crash = trial.crashing();
      const item = trial.agent("item", (input, ctx) => (trial.life > 1 ? input : crash(input, ctx)), {
        concurrency: 1,
      });
      const pattern = forEach("p", { items: () => [0, 1, 2], step: item });
      await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      await trial.crashed();
      const outcome = await trial.outcome((await trial.open([pattern])).run("r"));
      assert.deepEqual(outcome, { status: "completed", output: [0, 1, 2] });
      const lost = (await trial.events("r")).filter((event) => event.kind === "attempt-lost");
      assert.deepEqual(
        lost.map(({ path }) => path),
        ["[0]"],
      );
    },
  },
  {
    title: "E7b an agent with `idempotent: false` never runs again after a lost attempt",
    needs: ["crash"],
    run: async (trial) => {
      const outcome = await lose(trial, UNSAFE);
      assert.equal(outcome.status, "failed");
      assert.equal(outcome.error.code, "attempt-lost");
      assert.deepEqual(outcome.unsure, []);
      assert.deepEqual(trial.ledger, ["unsafe"]);
    },
  },
  {
    title: "E7b a lost attempt of an agent with `idempotent: false` and an undo is shown as unsure",
    needs: ["crash"],
    run: async (trial) => {
      const outcome = await lose(trial, { ...UNSAFE, undo: () => {} });
      assert.equal(outcome.status, "failed");
      assert.deepEqual(outcome.unsure, ["unsafe"]);
      assert.deepEqual(trial.ledger, ["unsafe"]);
    },
  },
  {
    title:
      "E7b a lost attempt of an agent with `idempotent: false` is taken back by `undoUnsure` under the step's key",
    needs: ["crash"],
    run: async (trial) => {
      const keys: string[] = [];
      const outcome = await lose(
        trial,
        { ...UNSAFE, undoUnsure: (_input, ctx) => keys.push(ctx.idempotencyKey) },
        keys,
      );
      assert.equal(outcome.status, "rolled-back");
      assert.deepEqual(outcome.undone, ["unsafe"]);
      assert.deepEqual(trial.ledger, ["unsafe", "unsafe/undo"]);
      assert.equal(new Set(keys).size, 1);
      assert.equal(keys.length, 2);
    },
  },
  {
    title: "E7b an undo lost to a crash is made again, also that of an agent with `idempotent: false`",
    needs: ["crash"],
    run: async (trial) => {
      const first = trial.agent("first", () => 1, { idempotent: false, undo: trial.crashing() });
      const failing = trial.agent("failing", () => Promise.reject(new Error("no")));
      const pattern = sequential("p", { steps: [first, failing] });
      await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      await trial.crashed();
      const outcome = await trial.outcome((await trial.open([pattern])).run("r"));
      assert.equal(outcome.status, "rolled-back");
      assert.deepEqual(outcome.undone, ["first"]);
      assert.deepEqual(trial.ledger, ["first", "failing", "first/undo", "first/undo"]);
    },
  },
];

/** Crashes in the agent `unsafe`, and gives the outcome after the next start. */
async function lose(
  trial: Trial,
  policy: AgentPolicy<unknown, unknown>,
  keys: string[] = [],
): Promise<Outcome> {
  const crash = trial.crashing();
  const unsafe = trial.agent(
    "unsafe",
    (input, ctx) => {
      keys.push(ctx.idempotencyKey);
      return crash(input, ctx);
    },
    policy,
  );
  const pattern = sequential("p", { steps: [unsafe] });
  await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
  await trial.crashed();
  return trial.outcome((await trial.open([pattern])).run("r"));
}
