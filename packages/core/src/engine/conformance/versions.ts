/** E10: a run stays with the version of the pattern that it began with. */
import assert from "node:assert/strict";
import type { Runnable } from "../../delegation/agent.ts";
import type { Pattern } from "../../delegation/pattern.ts";
import type { Outcome } from "../../delegation/outcome.ts";
import { approval } from "../../patterns/approval.ts";
import { delay } from "../../patterns/delay.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { Check } from "./check.ts";
import { NEVER, type Trial } from "./trial.ts";

const hold = (): ReturnType<typeof approval<"hold">> => approval("hold");

export const versions: readonly Check[] = [
  {
    title:
      "E10 with old and new versions registered, a run goes on in the one it began with and new runs take the last",
    run: async (trial) => {
      const old = sequential("p", { version: "1", steps: [hold(), trial.agent("old")] });
      const young = sequential("p", { version: "2", steps: [hold(), trial.agent("young")] });
      await holding(trial, old);
      const runtime = await trial.open([old, young]);
      await runtime.start("p", 0, { id: "new" });
      await signalAndEnd(trial, "r");
      await signalAndEnd(trial, "new");
      assert.deepEqual(trial.ledger, ["old", "young"]);
    },
  },
  {
    title: "E10 functions, limits and retries can change under one fingerprint",
    run: async (trial) => {
      await holding(trial, sequential("p", { steps: [hold(), trial.agent("a", () => "old")] }));
      const changed = trial.agent("a", () => "new", {
        timeoutMs: 1_000,
        retry: { attempts: 3 },
        concurrency: 2,
      });
      await trial.open([
        sequential("p", { timeoutMs: 60_000, steps: [approval("hold", { timeoutMs: 9 }), changed] }),
      ]);
      assert.deepEqual(await signalAndEnd(trial, "r"), { status: "completed", output: "new" });
    },
  },
  ...strandings(),
  {
    title: "E10 a stranded run goes on when its version is registered again",
    run: async (trial) => {
      const old = sequential("p", { version: "1", steps: [trial.agent("a"), hold(), trial.agent("b")] });
      await holding(trial, old);
      await trial.open([]);
      await stranded(trial, "r");
      await trial.close();
      await trial.open([]);
      await stranded(trial, "r");
      await trial.close();
      await trial.open([old]);
      await trial.until(
        async () => (await trial.runtime.run("r").record()).state === "waiting",
        "the run waits again",
      );
      assert.equal((await signalAndEnd(trial, "r")).status, "completed");
      assert.deepEqual(trial.ledger, ["a", "b"]);
      const kinds = (await trial.events("r")).map(({ kind }) => kind);
      assert.equal(kinds.filter((kind) => kind === "run-stranded").length, 1);
      assert.equal(kinds.filter((kind) => kind === "run-unstranded").length, 1);
    },
  },
  {
    title: "E10 a cancel of a stranded run is kept, and counts when its version is there again",
    run: async (trial) => {
      const old = sequential("p", {
        version: "1",
        steps: [trial.agent("a", () => 1, { undo: () => {} }), hold()],
      });
      await holding(trial, old);
      await trial.open([]);
      await trial.runtime.run("r").cancel("enough");
      await trial.close();
      await trial.open([old]);
      const outcome = await trial.outcome(trial.runtime.run("r"));
      assert.equal(outcome.status, "cancelled");
      assert.deepEqual(outcome.undone, ["a"]);
    },
  },
  {
    title: "E10 `continues` adopts older runs whose recorded paths all exist",
    run: async (trial) => {
      const old = sequential("p", { version: "1", steps: [trial.agent("a"), hold(), trial.agent("b")] });
      await holding(trial, old);
      const steps = [trial.agent("a"), hold(), trial.agent("c"), trial.agent("b")] as const;
      await trial.open([sequential("p", { version: "2", continues: ["0", "1"], steps })]);
      assert.equal((await signalAndEnd(trial, "r")).status, "completed");
      assert.deepEqual(trial.ledger, ["a", "c", "b"]);
    },
  },
  {
    title: "E10 `continues` can name a fingerprint",
    run: async (trial) => {
      await holding(trial, sequential("p", { steps: [trial.agent("a"), hold()] }));
      const { patternVersion } = await trial.open([]).then((runtime) => runtime.run("r").record());
      await trial.close();
      const steps = [trial.agent("a"), hold(), trial.agent("b")] as const;
      await trial.open([sequential("p", { continues: [patternVersion], steps })]);
      assert.equal((await signalAndEnd(trial, "r")).status, "completed");
      assert.deepEqual(trial.ledger, ["a", "b"]);
    },
  },
];

/** Everything that must strand a run of `a, hold, b` which waits at `hold`. */
function strandings(): readonly Check[] {
  const next = (steps: readonly Runnable<string, unknown>[]): Pattern =>
    sequential("p", { version: "2", continues: ["1"], steps });
  return [
    stranding("when its version is gone", () => []),
    stranding("when its pattern is there in other versions only", (trial) => [
      sequential("p", { version: "2", steps: [trial.agent("a"), hold(), trial.agent("b")] }),
    ]),
    stranding("when a step that completed is not in the version that continues it", (trial) => [
      next([hold(), trial.agent("b")]),
    ]),
    stranding("when the version that continues it ends before steps that completed", (trial) => [
      next([trial.agent("a")]),
    ]),
    stranding("when a step that completed is of another kind in the version that continues it", (trial) => [
      next([delay(0, { name: "a" }), hold(), trial.agent("b")]),
    ]),
    stranding("when the approval it waits at is not in the version that continues it", (trial) => [
      next([trial.agent("a"), trial.agent("b")]),
    ]),
    stranding(
      "when the approval it waits at is of another kind in the version that continues it",
      (trial) => [next([trial.agent("a"), trial.agent("hold"), trial.agent("b")])],
    ),
    {
      title: "E10 a run is stranded when an attempt that began is not in the version that continues it",
      run: async (trial) => {
        const began = trial.agent("began", () => NEVER);
        const old = sequential("p", { version: "1", steps: [trial.agent("a"), began] });
        await (await trial.open([old])).start(old, 0, { id: "r" });
        await trial.logged("attempt-started", "began");
        await trial.close();
        await trial.open([next([trial.agent("a"), trial.agent("b")])]);
        await stranded(trial, "r");
        assert.deepEqual(trial.ledger, ["a", "began"]);
      },
    },
    {
      title:
        "E10 a run is stranded when a signal was received where the version that continues it has an agent",
      run: async (trial) => {
        const old = sequential("p", { version: "1", steps: [hold(), approval("more")] });
        await holding(trial, old, async (run) => run.signal("hold"));
        await trial.open([next([trial.agent("hold"), approval("more")])]);
        await stranded(trial, "r");
        assert.deepEqual(trial.ledger, []);
      },
    },
    {
      title: "E10 without a version, a change of kinds, names or order strands the run",
      run: async (trial) => {
        await holding(trial, sequential("p", { steps: [hold(), trial.agent("a"), trial.agent("b")] }));
        await trial.open([sequential("p", { steps: [hold(), trial.agent("b"), trial.agent("a")] })]);
        await stranded(trial, "r");
      },
    },
  ];
}

function stranding(when: string, patterns: (trial: Trial) => readonly Pattern[]): Check {
  return {
    title: `E10 a run is stranded ${when}`,
    run: async (trial) => {
      const old = sequential("p", { version: "1", steps: [trial.agent("a"), hold(), trial.agent("b")] });
      await holding(trial, old);
      await trial.open(patterns(trial));
      await stranded(trial, "r");
      assert.deepEqual(trial.ledger, ["a"]);
    },
  };
}

/** Starts run `r`, waits until it holds, and closes. */
async function holding(
  trial: Trial,
  pattern: Pattern,
  before?: (run: ReturnType<Trial["runtime"]["run"]>) => Promise<void>,
): Promise<void> {
  const run = await (await trial.open([pattern])).start(pattern.name, 0, { id: "r" });
  await before?.(run);
  await trial.logged("wait-started");
  await trial.quiet();
  await trial.close();
}

/** Holds that the run is shown as stranded, with a hint, and that nothing more happens to it. */
async function stranded(trial: Trial, id: string): Promise<void> {
  const run = trial.runtime.run(id);
  await trial.quiet();
  assert.equal((await run.record()).state, "stranded");
  const told = (await trial.events(id)).findLast((event) => event.kind === "run-stranded");
  assert(told?.kind === "run-stranded" && told.reason !== "" && told.hint !== "");
  const shown = await trial.runtime.runs({ states: ["stranded"] });
  assert.deepEqual(
    shown.runs.map((record) => record.id),
    [id],
  );
  await trial.advance(60_000);
  assert.equal((await run.record()).state, "stranded");
}

async function signalAndEnd(trial: Trial, id: string): Promise<Outcome> {
  const run = trial.runtime.run(id);
  await run.signal("hold");
  return trial.outcome(run);
}
