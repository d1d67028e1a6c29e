/** E17: runs that are started by runs. One that is awaited ends with its parent, one that is not lives by itself. */
import assert from "node:assert/strict";
import type { Runnable } from "../../delegation/agent.ts";
import type { Pattern } from "../../delegation/pattern.ts";
import { delegate } from "../../patterns/delegate.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { RunRecord } from "../engine.ts";
import type { Check } from "./check.ts";
import { NEVER, untilAborted, type Behaviour, type Trial } from "./trial.ts";

const LONG_MS = 60_000;
const DEPTH_MAX = 100;

export const children: readonly Check[] = [
  {
    title: "E17 a parent hands its output to its child, and goes on with the child's",
    run: async (trial) => {
      const kid = kidOf(trial, (input) => ({ made: input }));
      const steps = [trial.agent("before", () => "in"), delegate({ domain: "kids" }), trial.agent("after")];
      const parent = sequential("parent", { steps });
      const run = await (await trial.open([parent, kid])).start(parent, 0, { id: "p" });
      assert.deepEqual(await trial.outcome(run), { status: "completed", output: { made: "in" } });
      assert.deepEqual(trial.ledger, ["before", "work", "after"]);
      const [child] = await recordsOf(trial, "kid");
      assert.deepEqual(child?.origin?.parent, { run: "p", path: "delegate", attached: true, depth: 1 });
      assert.equal(child.id, "p/delegate");
    },
  },
  {
    title: "E17 a child that fails fails its parent, with the one cause however deep it lies",
    run: async (trial) => {
      const undo = (): void => {};
      const failing = trial.agent("failing", () => Promise.reject(new RangeError("no stock")));
      const kid = sequential("kid", {
        matches: { domain: "kids" },
        steps: [trial.agent("reserved", () => 1, { undo }), failing],
      });
      const middle = sequential("middle", {
        matches: { domain: "middles" },
        steps: [delegate({ domain: "kids" }, { name: "kid" })],
      });
      const parent = sequential("parent", {
        steps: [
          trial.agent("a", () => 1, { undo }),
          delegate({ domain: "middles" }, { name: "mid" }),
          trial.agent("after"),
        ],
      });
      const run = await (await trial.open([parent, middle, kid])).start(parent, 0);
      const outcome = await trial.outcome(run);
      assert(outcome.status === "rolled-back");
      const { error } = outcome;
      assert.deepEqual([error.code, error.path], ["child-failed", "mid"]);
      assert.deepEqual([error.cause?.name, error.cause?.message], ["RangeError", "no stock"]);
      assert.equal(error.cause?.cause, undefined);
      assert.deepEqual(outcome.undone, ["mid/kid/reserved", "a"]);
      assert.deepEqual(trial.ledger, ["a", "reserved", "failing", "reserved/undo", "a/undo"]);
    },
  },
  {
    title: "E17 a parent that is restarted while its child runs awaits the same child",
    needs: ["crash"],
    run: async (trial) => {
      const kid = kidOf(trial, () => (trial.life === 1 ? NEVER : "done"));
      const patterns = family(trial, kid);
      await (await trial.open(patterns)).start("parent", "in", { id: "p" });
      await trial.logged("attempt-started", "work");
      trial.crash();
      const run = (await trial.open(patterns)).run("p");
      assert.deepEqual(await trial.outcome(run), { status: "completed", output: "done" });
      assert.equal((await recordsOf(trial, "kid")).length, 1);
      assert.deepEqual(trial.ledger, ["work", "work", "after"]);
    },
  },
  {
    title: "E17 a child that ended while its parent was not there is not run again",
    needs: ["crash"],
    run: async (trial) => {
      const kid = kidOf(trial, (input) => input);
      const patterns = [...family(trial, kid, trial.agent("after", trial.crashing("done")))];
      await (await trial.open(patterns)).start("parent", "in", { id: "p" });
      await trial.crashed();
      const run = (await trial.open(patterns)).run("p");
      assert.deepEqual(await trial.outcome(run), { status: "completed", output: "done" });
      assert.deepEqual(trial.ledger, ["work", "after", "after"]);
    },
  },
  {
    title: "E17 a parent that awaits its child takes up no place: a pattern with one place may await itself",
    run: async (trial) => {
      const work = trial.agent("work", (input) => Number(input) - 1, { concurrency: 1 });
      const countdown: Pattern = sequential("countdown", {
        limits: [{ concurrency: 1 }],
        matches: { domain: "count", attributes: { left: { min: 1 } } },
        steps: [
          work,
          delegate((left: unknown) => ({ attributes: { left: Number(left) } })),
          trial.agent("up", (output) => Number(output) + 1),
        ],
      });
      const zero = sequential("zero", {
        matches: { domain: "count", attributes: { left: 0 } },
        steps: [work],
      });
      const runtime = await trial.open([countdown, zero]);
      const runs = await Promise.all([3, 2].map((left) => runtime.start("countdown", left)));
      const outcomes = await Promise.all(runs.map((run) => trial.outcome(run)));
      assert.deepEqual(outcomes, [
        { status: "completed", output: 2 },
        { status: "completed", output: 1 },
      ]);
    },
  },
  {
    title: "E17 a cancel reaches a child and the child's child, and each undoes what it did",
    run: async (trial) => {
      const undo = (): void => {};
      const kid = sequential("kid", {
        matches: { domain: "kids" },
        steps: [trial.agent("k", () => 1, { undo }), trial.agent("slow", untilAborted), trial.agent("never")],
      });
      const middle = sequential("middle", {
        matches: { domain: "middles" },
        steps: [trial.agent("m", () => 1, { undo }), delegate({ domain: "kids" }, { name: "kid" })],
      });
      const parent = sequential("parent", {
        steps: [trial.agent("p", () => 1, { undo }), delegate({ domain: "middles" }, { name: "mid" })],
      });
      const run = await (await trial.open([parent, middle, kid])).start(parent, 0, { id: "r" });
      await trial.until(() => trial.count("slow") > 0, "the child's child works");
      await run.cancel("enough");
      const outcome = await trial.outcome(run);
      assert.equal(outcome.status, "cancelled");
      assert.deepEqual(outcome.undone, ["mid/kid/k", "mid/m", "p"]);
      assert.deepEqual(trial.ledger, ["p", "m", "k", "slow", "k/undo", "m/undo", "p/undo"]);
      for (const record of await recordsOf(trial)) assert.equal(record.outcome, "cancelled");
    },
  },
  {
    title: "E17 a completed child is undone in its turn, by a run of its own, and its outcome stays",
    run: async (trial) => {
      const undone: unknown[] = [];
      const undo = (output: unknown): void => void undone.push(output);
      const kid = sequential("kid", {
        matches: { domain: "kids" },
        steps: [trial.agent("k1", () => "one", { undo }), trial.agent("k2", () => "two", { undo })],
      });
      const parent = sequential("parent", {
        steps: [
          trial.agent("a", () => "first", { undo }),
          delegate({ domain: "kids" }, { name: "kid" }),
          trial.agent("b", () => "last", { undo }),
          trial.agent("failing", () => Promise.reject(new Error("no"))),
        ],
      });
      const runtime = await trial.open([parent, kid]);
      const run = await runtime.start(parent, 0, { id: "p" });
      const outcome = await trial.outcome(run);
      assert.equal(outcome.status, "rolled-back");
      assert.deepEqual(outcome.undone, ["b", "kid/k2", "kid/k1", "a"]);
      assert.deepEqual(undone, ["last", "two", "one", "first"]);
      assert.deepEqual(await runtime.run("p/kid").outcome(), { status: "completed", output: "two" });
      const undoing = (await recordsOf(trial, "kid")).find((record) => record.id !== "p/kid");
      assert.equal(undoing?.outcome, "cancelled");
      assert.deepEqual(undoing.origin?.forkedFrom, {
        ...undoing.origin?.forkedFrom,
        run: "p/kid",
        undoes: true,
      });
    },
  },
  {
    title: "E17 a child whose undo fails leaves its parent rollback-failed, and the other undos are made",
    run: async (trial) => {
      const undo = (): void => {};
      const stuck = trial.agent("stuck", () => 1, { undo: () => Promise.reject(new Error("can't")) });
      const kid = sequential("kid", {
        matches: { domain: "kids" },
        steps: [trial.agent("k", () => 1, { undo }), stuck],
      });
      const parent = sequential("parent", {
        steps: [
          trial.agent("a", () => 1, { undo }),
          delegate({ domain: "kids" }, { name: "kid" }),
          trial.agent("failing", () => Promise.reject(new Error("no"))),
        ],
      });
      const outcome = await trial.outcome(await (await trial.open([parent, kid])).start(parent, 0));
      assert(outcome.status === "rollback-failed");
      assert.deepEqual([outcome.undone, outcome.notUndone], [["kid/k", "a"], ["kid/stuck"]]);
      assert.deepEqual(trial.ledger.slice(-3), ["stuck/undo", "k/undo", "a/undo"]);
    },
  },
  {
    title: "E17 an undo of a child goes on after a crash, and no step of it is undone twice",
    needs: ["crash"],
    run: async (trial) => {
      const undo = (): void => {};
      const kid = sequential("kid", {
        matches: { domain: "kids" },
        steps: [trial.agent("k1", () => 1, { undo: trial.crashing() }), trial.agent("k2", () => 2, { undo })],
      });
      const patterns = family(
        trial,
        kid,
        trial.agent("failing", () => Promise.reject(new Error("no"))),
      );
      await (await trial.open(patterns)).start("parent", 0, { id: "p" });
      await trial.crashed();
      const outcome = await trial.outcome((await trial.open(patterns)).run("p"));
      assert(outcome.status === "rolled-back");
      assert.deepEqual(outcome.undone, ["kid/k2", "kid/k1"]);
      assert.deepEqual(trial.ledger, ["k1", "k2", "failing", "k2/undo", "k1/undo", "k1/undo"]);
    },
  },
  {
    title: "E17 a child that does not end in its step's time is cancelled and undone, and the step fails",
    run: async (trial) => {
      const kid = sequential("kid", {
        matches: { domain: "kids" },
        steps: [trial.agent("k", () => 1, { undo: () => {} }), trial.agent("slow", untilAborted)],
      });
      const step = delegate({ domain: "kids" }, { name: "kid", timeoutMs: LONG_MS });
      const parent = sequential("parent", { steps: [step] });
      const run = await (await trial.open([parent, kid])).start(parent, 0, { id: "p" });
      await trial.logged("attempt-started", "slow");
      await trial.advance(LONG_MS);
      const outcome = await trial.outcome(run);
      assert(outcome.status === "rolled-back");
      assert.deepEqual([outcome.error.code, outcome.error.path], ["pattern-timed-out", "kid"]);
      assert.deepEqual(outcome.undone, ["kid/k"]);
      assert.equal((await trial.runtime.run("p/kid").record()).outcome, "cancelled");
    },
  },
  {
    title: `E17 runs that await one another go ${DEPTH_MAX} deep; then the step fails, and all of them end`,
    run: async (trial) => {
      const self = sequential("self", { matches: { domain: "self" }, steps: [delegate({}, { name: "d" })] });
      const runtime = await trial.open([self]);
      const outcome = await trial.outcome(await runtime.start(self, 0, { id: "r" }));
      assert(outcome.status === "failed");
      assert.deepEqual([outcome.error.code, outcome.error.path], ["child-failed", "d"]);
      assert.equal(outcome.error.cause?.code, "delegation-too-deep");
      const { runs } = await runtime.runs({ limit: 1_000 });
      assert.equal(runs.length, DEPTH_MAX + 1);
      assert.deepEqual(new Set(runs.map((run) => run.outcome)), new Set(["failed"]));
    },
  },
  {
    title: "E17 a child has no more rights than its parent",
    run: async (trial) => {
      const kid = sequential("kid", {
        matches: { domain: "kids" },
        steps: [trial.agent("pay", (_input, ctx) => ctx.context.grants, { requires: ["pay"] })],
      });
      const asks = (grants?: readonly string[]) =>
        sequential(`parent-${grants?.length}`, {
          steps: [delegate(() => ({ domain: "kids", ...(grants && { grants }) }), { name: "kid" })],
        });
      const patterns = { same: asks(), fewer: asks(["look"]), more: asks(["pay", "everything"]) };
      const options = { grants: ["pay", "look", "everything"] };
      const runtime = await trial.open([...Object.values(patterns), kid], options);
      const outcomeOf = async (pattern: Pattern) => {
        const context = { grants: ["pay", "look"] };
        return trial.outcome(await runtime.start(pattern.name, 0, { context }));
      };
      assert.deepEqual(await outcomeOf(patterns.same), { status: "completed", output: ["pay", "look"] });
      for (const [pattern, code] of [
        [patterns.fewer, "permission-denied"],
        [patterns.more, "permission-denied"],
      ] as const) {
        const outcome = await outcomeOf(pattern);
        assert(outcome.status === "failed");
        assert.equal(outcome.error.code, code);
      }
      assert.equal(trial.count("pay"), 1);
    },
  },
];

/** A pattern for the domain `kids` with one step. */
function kidOf(trial: Trial, behaviour: Behaviour): Pattern {
  return sequential("kid", { matches: { domain: "kids" }, steps: [trial.agent("work", behaviour)] });
}

/** The child and a parent that goes on with `after`. */
function family(
  trial: Trial,
  kid: Pattern,
  after: Runnable<string, unknown> = trial.agent("after"),
): readonly [Pattern, Pattern] {
  return [sequential("parent", { steps: [delegate({ domain: "kids" }, { name: "kid" }), after] }), kid];
}

async function recordsOf(trial: Trial, pattern?: string): Promise<readonly RunRecord[]> {
  const query = { limit: 1_000, ...(pattern === undefined ? {} : { pattern }) };
  return (await trial.runtime.runs(query)).runs;
}
