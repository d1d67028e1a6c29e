/** E1 and E2: what was acknowledged never executes again; what was not may, under the same key. */
import assert from "node:assert/strict";
import { forEach } from "../../patterns/for-each.ts";
import { parallel } from "../../patterns/parallel.ts";
import { sequential } from "../../patterns/sequential.ts";
import { step } from "../../patterns/step.ts";
import { when } from "../../patterns/when.ts";
import type { Check } from "./check.ts";
import { NEVER } from "./trial.ts";

export const onceOnly: readonly Check[] = [
  {
    title: "E1 a step completed before a crash does not execute again",
    needs: ["crash"],
    run: async (trial) => {
      const first = trial.agent("first", (input) => `${String(input)}1`);
      const second = trial.agent("second", trial.crashing("in-12"));
      const pattern = sequential("p", { steps: [first, second] });
      await (await trial.open([pattern])).start(pattern, "in-", { id: "r" });
      await trial.crashed();
      const outcome = await trial.outcome((await trial.open([pattern])).run("r"));
      assert.deepEqual(outcome, { status: "completed", output: "in-12" });
      assert.deepEqual(trial.ledger, ["first", "second", "second"]);
    },
  },
  {
    title: "E1 the score of a step completed before a crash counts in the run's",
    needs: ["crash"],
    run: async (trial) => {
      const first = trial.agent("first", () => 1, { verify: () => 0.25 });
      const second = trial.agent("second", trial.crashing(2), { verify: () => 0.75 });
      const pattern = sequential("p", { steps: [first, second] });
      await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      await trial.crashed();
      await trial.outcome((await trial.open([pattern])).run("r"));
      const end = (await trial.events("r")).at(-1);
      assert.equal(end?.kind === "run-ended" && end.score, 0.5);
    },
  },
  {
    title: "E1 of branches side by side only those without an acknowledged end execute again",
    needs: ["crash"],
    run: async (trial) => {
      const quick = trial.agent("quick");
      const slow = trial.agent("slow", () => (trial.life > 1 ? "slow" : NEVER));
      const tasks = parallel("tasks", { tasks: { quick, slow } });
      const items = forEach("items", {
        items: (input: unknown) => [input, 1, 2, 3],
        step: trial.agent("item", (item) => (item === 2 && trial.life === 1 ? NEVER : item)),
      });
      const pattern = parallel("p", { tasks: { tasks, items } });
      await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      for (const path of ["tasks/quick", "items/[0]", "items/[1]", "items/[3]"])
        await trial.logged("step-completed", path);
      trial.crash();
      const outcome = await trial.outcome((await trial.open([pattern])).run("r"));
      const output = { tasks: { quick: 0, slow: "slow" }, items: [0, 1, 2, 3] };
      assert.deepEqual(outcome, { status: "completed", output });
      for (const path of ["tasks/quick", "items/[0]", "items/[1]", "items/[3]"])
        assert.equal(trial.count(path), 1, path);
      for (const path of ["tasks/slow", "items/[2]"]) assert.equal(trial.count(path), 2, path);
    },
  },
  {
    title: "E1 an undo that succeeded before a crash is not made again",
    needs: ["crash"],
    run: async (trial) => {
      const first = trial.agent("first", () => 1, { undo: trial.crashing() });
      const second = trial.agent("second", () => 2, { undo: () => {} });
      const failing = trial.agent("failing", () => Promise.reject(new Error("no")));
      const pattern = sequential("p", { steps: [first, second, failing] });
      await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      await trial.crashed();
      const outcome = await trial.outcome((await trial.open([pattern])).run("r"));
      assert.equal(outcome.status, "rolled-back");
      assert.deepEqual(outcome.undone, ["second", "first"]);
      const undone = trial.ledger.slice(trial.ledger.indexOf("failing"));
      assert.deepEqual(undone, ["failing", "second/undo", "first/undo", "first/undo"]);
    },
  },
  {
    title: "E1 an answer of user code recorded before a crash is not asked for again",
    needs: ["crash"],
    run: async (trial) => {
      const asked: string[] = [];
      const ask = <T>(what: string, answer: T): T => {
        asked.push(what);
        return answer;
      };
      const each = forEach("each", { items: () => ask("items", ["a", "b"]), step: trial.agent("item") });
      const last = trial.agent("last", trial.crashing("done"));
      const pattern = sequential("p", {
        steps: [
          step(each, { name: "mapped", input: () => ask("input", "x") }),
          when("taken", { if: () => ask("if", true), then: trial.agent("then") }),
          last,
        ],
      });
      await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      await trial.crashed();
      const outcome = await trial.outcome((await trial.open([pattern])).run("r"));
      assert.deepEqual(outcome, { status: "completed", output: "done" });
      assert.deepEqual(asked, ["input", "items", "if"]);
    },
  },
  {
    title: "E1 a sub-step that has returned does not run again in a later attempt, also after a crash",
    needs: ["crash"],
    run: async (trial) => {
      const subs: string[] = [];
      const long = trial.agent(
        "long",
        async (_input, ctx) => {
          const one = await ctx.run("one", () => subs.push("one"));
          if (trial.life === 1 && ctx.attempt === 1) throw new Error("after one");
          const two = await ctx.run("two", () => new Date(subs.push("two")));
          if (trial.life === 1) return trial.crashing()(undefined, ctx);
          return [one, two];
        },
        { retry: { attempts: 2, delayMs: 0 } },
      );
      const pattern = sequential("p", { steps: [long] });
      await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      await trial.crashed();
      const outcome = await trial.outcome((await trial.open([pattern])).run("r"));
      assert.deepEqual(outcome, { status: "completed", output: [1, new Date(2)] });
      assert.deepEqual(subs, ["one", "two"]);
    },
  },
  {
    title: "E1 a step that ends while the runtime closes does not execute again, and none begins after it",
    run: async (trial) => {
      let finish = (_output: string): void => {};
      const slow = trial.agent("slow", () => new Promise<string>((resolve) => (finish = resolve)));
      const pattern = sequential("p", { steps: [slow, trial.agent("next")] });
      const runtime = await trial.open([pattern], { drainMs: 10_000 });
      await runtime.start(pattern, 0, { id: "r" });
      await trial.logged("attempt-started", "slow");
      const closing = runtime.close();
      await trial.quiet();
      finish("done");
      await trial.within(closing, "the runtime closes");
      assert.deepEqual(trial.ledger, ["slow"]);
      const outcome = await trial.outcome((await trial.open([pattern])).run("r"));
      assert.deepEqual(outcome, { status: "completed", output: "done" });
      assert.deepEqual(trial.ledger, ["slow", "next"]);
    },
  },
  {
    title:
      "E2 a step without an acknowledged end executes again after a crash under the same idempotency key",
    needs: ["crash"],
    run: async (trial) => {
      const keys: string[] = [];
      const keep = trial.agent("keep", (_input, ctx) => keys.push(ctx.idempotencyKey));
      const lost = trial.agent("lost", (input, ctx) => {
        keys.push(ctx.idempotencyKey);
        return trial.crashing("again")(input, ctx);
      });
      const pattern = sequential("p", { steps: [keep, lost] });
      await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      await trial.crashed();
      const outcome = await trial.outcome((await trial.open([pattern])).run("r"));
      assert.deepEqual(outcome, { status: "completed", output: "again" });
      const [kept, first, second] = keys;
      assert.equal(keys.length, 3);
      assert.equal(second, first);
      assert.notEqual(kept, first);
    },
  },
  {
    title: "E2 the idempotency key is the same in every attempt, and another one in every step, undo and run",
    run: async (trial) => {
      const keys: string[] = [];
      const note = (_input: unknown, ctx: { readonly idempotencyKey: string }): void =>
        void keys.push(ctx.idempotencyKey);
      const failing = trial.agent(
        "failing",
        (input, ctx) => {
          note(input, ctx);
          throw new Error("no");
        },
        { retry: { attempts: 2, delayMs: 0 } },
      );
      const pattern = sequential("p", { steps: [trial.agent("first", note, { undo: note }), failing] });
      const runtime = await trial.open([pattern]);
      for (const id of ["r1", "r2"]) await trial.outcome(await runtime.start(pattern, 0, { id }));
      const [first, attempt1, attempt2, undo] = keys;
      assert.equal(attempt1, attempt2);
      assert.equal(new Set([first, attempt1, undo]).size, 3);
      assert.equal(new Set(keys).size, 6);
    },
  },
];
