/** E10 while the runtime runs: patterns are registered, replaced and removed under runs that have begun. */
import assert from "node:assert/strict";
import type { Pattern } from "../../delegation/pattern.ts";
import { approval } from "../../patterns/approval.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { Check } from "./check.ts";
import type { Trial } from "./trial.ts";

/** Longer than a waiting run is kept in memory. */
const FORGOTTEN_MS = 10_000;

function pattern(trial: Trial, version: string, continues: readonly string[] = []) {
  const steps = [trial.agent("a"), approval("hold"), trial.agent(`b${version}`)] as const;
  return sequential("p", { version, continues, steps });
}

export const registering: readonly Check[] = [
  {
    title: "E10 a run goes on in its version after that was replaced, also when it is walked again",
    run: async (trial) => {
      const runtime = await trial.open([pattern(trial, "1")]);
      await runtime.start("p", 0, { id: "r" });
      await trial.logged("wait-started");
      await runtime.replace(pattern(trial, "2", ["1"]));
      await trial.advance(FORGOTTEN_MS);
      await runtime.start("p", 0, { id: "new" });
      await signalAndEnd(trial, "r");
      await signalAndEnd(trial, "new");
      assert.deepEqual(trial.ledger, ["a", "a", "b1", "b2"]);
      assert.equal((await runtime.run("new").record()).patternVersion, "2");
    },
  },
  {
    title: "E10 a run whose version was removed goes on while the runtime is open",
    run: async (trial) => {
      const old = pattern(trial, "1");
      const runtime = await trial.open([old]);
      await runtime.start("p", 0, { id: "r" });
      await trial.logged("wait-started");
      await runtime.unregister(old);
      await assert.rejects(runtime.start("p", 0), { code: "pattern-not-found" });
      await assert.rejects(runtime.start(old, 0), { code: "pattern-not-found" });
      await trial.advance(FORGOTTEN_MS);
      assert.equal((await signalAndEnd(trial, "r")).status, "completed");
      assert.deepEqual(trial.ledger, ["a", "b1"]);
    },
  },
  {
    title:
      "E10 a run whose version was removed is stranded by a restart, and goes on when it is registered again",
    run: async (trial) => {
      const old = pattern(trial, "1");
      const runtime = await trial.open([old]);
      await runtime.start("p", 0, { id: "r" });
      await trial.logged("wait-started");
      await runtime.unregister("p");
      await trial.close();
      const next = await trial.open([]);
      await trial.quiet();
      assert.equal((await next.run("r").record()).state, "stranded");
      await next.register(old);
      await trial.until(
        async () => (await next.run("r").record()).state === "waiting",
        "the run waits again",
      );
      assert.equal((await signalAndEnd(trial, "r")).status, "completed");
      assert.deepEqual(trial.ledger, ["a", "b1"]);
      const kinds = (await trial.events("r")).map(({ kind }) => kind);
      assert.equal(kinds.filter((kind) => kind === "run-stranded").length, 1);
      assert.equal(kinds.filter((kind) => kind === "run-unstranded").length, 1);
    },
  },
  {
    title: "E10 registering at once after opening reaches a run that is just being stranded",
    run: async (trial) => {
      const old = pattern(trial, "1");
      await (await trial.open([old])).start("p", 0, { id: "r" });
      await trial.logged("wait-started");
      await trial.close();
      await (await trial.open([])).register(old);
      assert.equal((await signalAndEnd(trial, "r")).status, "completed");
      assert.deepEqual(trial.ledger, ["a", "b1"]);
    },
  },
  {
    title: "E10 a stranded run stays paused when its version is registered again",
    run: async (trial) => {
      const old = pattern(trial, "1");
      const runtime = await trial.open([old]);
      const run = await runtime.start("p", 0, { id: "r" });
      await trial.logged("wait-started");
      await run.pause("wait for me");
      await trial.close();
      const next = await trial.open([]);
      await trial.quiet();
      await next.register(old);
      await next.run("r").signal("hold");
      await trial.quiet();
      assert.deepEqual(trial.ledger, ["a"]);
      await next.run("r").resume();
      assert.equal((await trial.outcome(next.run("r"))).status, "completed");
    },
  },
  {
    title: "E10 many stranded runs go on when a version that continues them is registered",
    run: async (trial) => {
      const runtime = await trial.open([pattern(trial, "1")]);
      const ids = Array.from({ length: 7 }, (_, index) => `r${index}`);
      for (const id of ids) await runtime.start("p", 0, { id });
      await trial.quiet();
      await trial.close();
      const next = await trial.open([]);
      await trial.quiet();
      const steps = [trial.agent("a"), approval("hold"), trial.agent("b2"), trial.agent("c")] as const;
      await next.register(sequential("p", { version: "2", continues: ["1"], steps }));
      for (const id of ids) assert.equal((await signalAndEnd(trial, id)).status, "completed");
      assert.equal(trial.ledger.filter((path) => path === "c").length, ids.length);
      assert.equal(trial.ledger.filter((path) => path === "a").length, ids.length);
    },
  },
  {
    title: "E10 queued runs begin when a pattern that is replaced has more room",
    run: async (trial) => {
      const limited = (concurrency: number): Pattern =>
        sequential("p", { limits: [{ concurrency }], steps: [trial.agent("a", () => held)] });
      let release: () => void = () => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      const runtime = await trial.open([limited(1)]);
      const first = await runtime.start("p", 0, { id: "first" });
      const second = await runtime.start("p", 0, { id: "second" });
      await trial.quiet();
      assert.deepEqual(trial.ledger, ["a"]);
      await runtime.replace(limited(2));
      await trial.until(() => trial.ledger.length === 2, "the second run begins");
      release();
      assert.equal((await trial.outcome(first)).status, "completed");
      assert.equal((await trial.outcome(second)).status, "completed");
    },
  },
];

async function signalAndEnd(trial: Trial, id: string): ReturnType<Trial["outcome"]> {
  const run = trial.runtime.run(id);
  await run.signal("hold");
  return trial.outcome(run);
}
