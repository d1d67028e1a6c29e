/** E8: signals are durable, in order, kept until received, and counted once. */
import assert from "node:assert/strict";
import { approval } from "../../patterns/approval.ts";
import { delay } from "../../patterns/delay.ts";
import { forEach } from "../../patterns/for-each.ts";
import { parallel } from "../../patterns/parallel.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { Check } from "./check.ts";

/** An approval whose output is the answer. */
const ask = (name: string) => approval(name, { merge: (_input: unknown, answer: unknown) => answer });

export const signals: readonly Check[] = [
  {
    title: "E8 a signal that was acknowledged is received after a crash",
    needs: ["crash"],
    run: async (trial) => {
      const pattern = sequential("p", { steps: [ask("ok")] });
      const runtime = await trial.open([pattern]);
      for (const waits of [true, false]) {
        const run = await runtime.start(pattern, 0, { id: `waits-${waits}` });
        if (waits) await trial.logged("wait-started", "ok", run.id);
      }
      await Promise.all(
        [true, false].map((waits) => runtime.run(`waits-${waits}`).signal("ok", { yes: new Date(3) })),
      );
      trial.crash();
      const reopened = await trial.open([pattern]);
      for (const waits of [true, false]) {
        const outcome = await trial.outcome(reopened.run(`waits-${waits}`));
        assert.deepEqual(outcome, { status: "completed", output: { yes: new Date(3) } });
      }
    },
  },
  {
    title: "E8 a signal sent before its approval is reached is kept for it, also through a crash",
    needs: ["crash"],
    run: async (trial) => {
      const pattern = sequential("p", { steps: [delay(60_000), ask("ok")] });
      const run = await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      await run.signal("ok", "early");
      trial.crash();
      const reopened = (await trial.open([pattern])).run("r");
      await trial.advance(30_000);
      await trial.advance(30_000);
      assert.deepEqual(await trial.outcome(reopened), { status: "completed", output: "early" });
    },
  },
  {
    title: "E8 of several signals to one approval the first that was sent is received",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [delay(1_000), ask("ok")] });
      const run = await (await trial.open([pattern])).start(pattern, 0);
      await Promise.all(["first", "second", "third"].map((answer) => run.signal("ok", answer)));
      await run.signal("ok", "fourth");
      await trial.advance(1_000);
      assert.deepEqual(await trial.outcome(run), { status: "completed", output: "first" });
    },
  },
  {
    title: "E8 each approval receives the signal sent to its own path",
    run: async (trial) => {
      const tasks = {
        left: sequential("left", { steps: [ask("ok")] }),
        right: sequential("right", { steps: [ask("ok")] }),
      };
      const each = forEach("each", { items: () => [0, 1, 2], step: ask("ok") });
      const pattern = parallel("p", { tasks: { ...tasks, each } });
      const run = await (await trial.open([pattern])).start(pattern, 0);
      const paths = ["each/[2]", "right/ok", "each/[0]", "left/ok", "each/[1]"];
      for (const path of paths) await run.signal(path, `to ${path}`);
      const output = {
        left: "to left/ok",
        right: "to right/ok",
        each: [0, 1, 2].map((index) => `to each/[${index}]`),
      };
      assert.deepEqual(await trial.outcome(run), { status: "completed", output });
    },
  },
  {
    title: "E8 a signal sent twice with one key counts once, also when a crash lies between",
    needs: ["crash"],
    run: async (trial) => {
      const pattern = sequential("p", { steps: [delay(1_000), ask("ok")] });
      const run = await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      const key = "the same";
      await Promise.all([run.signal("ok", "first", { key }), run.signal("ok", "second", { key })]);
      trial.crash();
      const reopened = (await trial.open([pattern])).run("r");
      await reopened.signal("ok", "third", { key });
      await trial.advance(1_000);
      assert.deepEqual(await trial.outcome(reopened), { status: "completed", output: "first" });
      await reopened.signal("ok", "fourth", { key });
      assert.equal((await trial.events("r")).filter((event) => event.kind === "signal-sent").length, 1);
    },
  },
  {
    title: "E8 a signal that was received is not received again after a crash",
    needs: ["crash"],
    run: async (trial) => {
      const pattern = sequential("p", { steps: [ask("ok"), trial.agent("next", trial.crashing("done"))] });
      const run = await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      trial.ask(run.signal("ok", 1));
      await trial.crashed();
      assert.equal((await trial.outcome((await trial.open([pattern])).run("r"))).status, "completed");
      const kinds = (await trial.events("r")).map(({ kind }) => kind);
      for (const kind of ["signal-sent", "signal-received", "wait-started"]) {
        assert.equal(kinds.filter((each) => each === kind).length, 1, kind);
      }
    },
  },
  {
    title: "E8 a name that fits no approval, or more than one, is an error and leaves no signal",
    run: async (trial) => {
      const tasks = {
        left: sequential("left", { steps: [ask("ok")] }),
        right: sequential("right", { steps: [ask("ok")] }),
      };
      const each = forEach("each", { items: () => [0], step: sequential("item", { steps: [ask("sure")] }) });
      const pattern = parallel("p", { tasks: { ...tasks, each } });
      const run = await (await trial.open([pattern])).start(pattern, 0);
      for (const name of ["ok", "sure"])
        await assert.rejects(run.signal(name), { code: "signal-ambiguous" }, name);
      for (const name of ["yes", "left", "left/ok/ok", ""]) {
        await assert.rejects(run.signal(name), { code: "signal-unknown" }, name);
      }
      await assert.rejects(trial.runtime.run("nobody").signal("ok"), { code: "run-not-found" });
      assert.ok(!(await trial.events(run.id)).some((event) => event.kind === "signal-sent"));
    },
  },
];
