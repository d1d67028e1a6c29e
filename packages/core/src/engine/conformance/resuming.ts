/** E9: after a crash every unfinished run goes on by itself. */
import assert from "node:assert/strict";
import { approval } from "../../patterns/approval.ts";
import { delay } from "../../patterns/delay.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { Check } from "./check.ts";

/** More than any engine is likely to recover at once. */
const RUNS = 1_100;

export const resuming: readonly Check[] = [
  {
    title:
      "E9 runs that waited, worked, backed off or had only started go on after a crash, each where it was",
    needs: ["crash"],
    run: async (trial) => {
      const working = sequential("working", {
        steps: [trial.agent("a"), trial.agent("b", () => (trial.life > 1 ? "b" : new Promise(() => {})))],
      });
      const asking = sequential("asking", { steps: [trial.agent("a"), approval("ok"), trial.agent("b")] });
      const resting = sequential("resting", { steps: [trial.agent("a"), delay(1_000), trial.agent("b")] });
      const flaky = trial.agent(
        "b",
        (input, ctx) => (ctx.attempt > 1 ? input : Promise.reject(new Error("no"))),
        {
          retry: { attempts: 2, delayMs: 1_000, jitter: false },
        },
      );
      const retrying = sequential("retrying", { steps: [trial.agent("a"), flaky] });
      const patterns = [working, asking, resting, retrying];
      const runtime = await trial.open(patterns);
      for (const { name } of patterns) await runtime.start(name, name, { id: name });
      await trial.logged("attempt-started", "b", "working");
      await trial.logged("wait-started", "ok", "asking");
      await trial.logged("wait-started", undefined, "resting");
      await trial.logged("attempt-failed", "b", "retrying");
      await runtime.start(working, "late", { id: "late" });
      trial.crash();
      const reopened = await trial.open(patterns);
      await reopened.run("asking").signal("ok", true);
      await trial.quiet();
      await trial.advance(1_000);
      for (const [id, output] of [
        ["working", "b"],
        ["late", "b"],
        ["asking", "asking"],
        ["resting", "resting"],
        ["retrying", "retrying"],
      ] as const) {
        assert.deepEqual(await trial.outcome(reopened.run(id)), { status: "completed", output }, id);
      }
    },
  },
  {
    title: `E9 all of ${RUNS} unfinished runs go on after a crash`,
    needs: ["crash"],
    run: async (trial) => {
      const pattern = sequential("p", { steps: [delay(60_000), trial.agent("after")] });
      const runtime = await trial.open([pattern]);
      const ids = Array.from({ length: RUNS }, (_, index) => `r${index}`);
      await Promise.all(ids.map((id, index) => runtime.start(pattern, index, { id })));
      trial.crash();
      const reopened = await trial.open([pattern]);
      await trial.quiet();
      await trial.advance(60_000);
      await trial.until(() => trial.ledger.length === RUNS, "every run's step executes");
      for (const [index, id] of ids.entries()) {
        assert.deepEqual(await trial.outcome(reopened.run(id)), { status: "completed", output: index });
      }
      assert.equal(trial.ledger.length, RUNS);
    },
  },
  {
    title: "E9 runs left unfinished by a shutdown go on at the next start",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("a"), approval("ok"), trial.agent("b")] });
      const runtime = await trial.open([pattern]);
      const context = { domain: "d", priority: 4, attributes: { tenant: "t" } };
      await runtime.start(pattern, 1, { id: "r", context });
      await trial.logged("wait-started", "ok");
      const before = await runtime.run("r").record();
      await trial.close();
      const run = (await trial.open([pattern])).run("r");
      assert.deepEqual((await run.record()).context, before.context);
      assert.equal((await run.record()).startedAt, before.startedAt);
      await run.signal("ok");
      assert.deepEqual(await trial.outcome(run), { status: "completed", output: 1 });
      assert.deepEqual(trial.ledger, ["a", "b"]);
    },
  },
];
