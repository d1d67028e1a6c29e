/** E12 with retention: runs that share values leave together, or the one that owns them last. */
import assert from "node:assert/strict";
import { approval } from "../../patterns/approval.ts";
import { delegate } from "../../patterns/delegate.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { RunHandle } from "../../run-handle.ts";
import type { Check } from "./check.ts";
import type { Trial } from "./trial.ts";

const AFTER_MS = 10_000;
const RETENTION = { retention: { afterMs: AFTER_MS } };
const STEP_MS = 250;

export const families: readonly Check[] = [
  {
    title: "E12 a child that ended long ago stays while its parent does, and leaves with it",
    run: async (trial) => {
      const kid = sequential("kid", {
        matches: { domain: "kids" },
        steps: [trial.agent("k", () => ["toy"])],
      });
      const steps = [trial.agent("a", () => "seed"), delegate({ domain: "kids" }), approval("ok")] as const;
      const parent = sequential("parent", { matches: { domain: "parents" }, steps });
      const runtime = await trial.open([kid, parent], RETENTION);
      const run = await runtime.start(parent, 0, { id: "p" });
      await trial.logged("wait-started");
      const [child] = (await runtime.runs({ pattern: "kid" })).runs;
      assert(child, "the child is there");
      await pass(trial, 3 * AFTER_MS);
      assert.deepEqual(await runtime.run(child.id).outcome(), { status: "completed", output: ["toy"] });
      await run.signal("ok");
      await trial.outcome(run);
      await pass(trial, AFTER_MS / 2);
      assert.equal((await runtime.runs()).runs.length, 2);
      await pass(trial, AFTER_MS);
      assert.equal((await runtime.runs()).runs.length, 0);
    },
  },
  {
    title: "E12 a run stays as long as one that was forked from it, whose values it owns",
    run: async (trial) => {
      const pattern = sequential("p", {
        steps: [trial.agent("a", () => ["made"]), approval("ok"), trial.agent("b")],
      });
      const runtime = await trial.open([pattern], RETENTION);
      const source = await runtime.start(pattern, 0, { id: "source" });
      await source.signal("ok", ["first"]);
      await trial.outcome(source);
      const fork = await source.fork({ from: "ok" });
      await pass(trial, 3 * AFTER_MS);
      assert.equal((await trial.outcome(source)).status, "completed");
      await fork.signal("ok", ["second"]);
      assert.equal((await trial.outcome(fork)).status, "completed");
      await readValues(trial, fork);
      await pass(trial, 2 * AFTER_MS);
      assert.equal((await runtime.runs()).runs.length, 0);
    },
  },
  {
    title: "E12 a fork that leaves first takes none of the values of the run it was forked from",
    run: async (trial) => {
      const pattern = sequential("p", {
        steps: [trial.agent("a", () => ["made"]), approval("ok"), trial.agent("b")],
      });
      const runtime = await trial.open([pattern], RETENTION);
      const source = await runtime.start(pattern, ["in"], { id: "source" });
      await trial.logged("wait-started");
      const fork = await source.fork({ from: "ok" });
      await fork.signal("ok", ["early"]);
      await trial.outcome(fork);
      await pass(trial, 3 * AFTER_MS);
      await assert.rejects(fork.record(), { code: "run-not-found" });
      await readValues(trial, source);
      await source.signal("ok", ["late"]);
      assert.deepEqual(await trial.outcome(source), { status: "completed", output: ["made"] });
    },
  },
  {
    title: "E12 a run that is forked while it is about to leave stays for the fork",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("a", () => ["made"]), approval("ok")] });
      const runtime = await trial.open([pattern], RETENTION);
      for (let index = 0; index < 20; index++) {
        const source = await runtime.start(pattern, index, { id: `s${index}` });
        await source.signal("ok");
        await trial.outcome(source);
      }
      const forks: RunHandle[] = [];
      for (let step = 0; forks.length < 20 && step < 400; step++) {
        trial.clock.advance(STEP_MS / 5);
        const index = step % 20;
        if (step < 380 && step % 19 !== 0) continue;
        const fork = runtime.run(`s${index}`).fork({ from: "ok" });
        await trial.within(
          fork
            .then((handle) => forks.push(handle))
            .catch((error: unknown) => assert.match(String(error), /no run/)),
          "the fork is answered",
        );
      }
      await pass(trial, AFTER_MS);
      for (const fork of forks) {
        await fork.signal("ok");
        assert.equal((await trial.outcome(fork)).status, "completed");
        await readValues(trial, fork);
      }
    },
  },
];

/** Lets time pass in steps, so that whatever waits for a turn has one. */
async function pass(trial: Trial, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += STEP_MS) await trial.advance(STEP_MS);
}

/** Every value that the run's steps have returned is there. */
async function readValues(trial: Trial, run: RunHandle): Promise<void> {
  for (const event of await trial.events(run.id)) {
    if (event.kind !== "step-completed" || event.output === undefined) continue;
    assert.notEqual(trial.runtime.engine.read({ of: "payload", id: event.output }), undefined);
  }
}
