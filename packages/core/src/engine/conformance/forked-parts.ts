/** E18 for every kind of step: a run is forked from each place it has, and retried from whatever broke in it. */
import assert from "node:assert/strict";
import type { Event } from "../../delegation/event.ts";
import type { Outcome } from "../../delegation/outcome.ts";
import type { Pattern } from "../../delegation/pattern.ts";
import { approval } from "../../patterns/approval.ts";
import { delay } from "../../patterns/delay.ts";
import { delegate } from "../../patterns/delegate.ts";
import { forEach } from "../../patterns/for-each.ts";
import { meta } from "../../patterns/meta.ts";
import { parallel } from "../../patterns/parallel.ts";
import { repeat } from "../../patterns/repeat.ts";
import { sequential } from "../../patterns/sequential.ts";
import { when } from "../../patterns/when.ts";
import type { RunHandle } from "../../run-handle.ts";
import type { Check } from "./check.ts";
import { assertSound } from "./sound-log.ts";
import type { Trial } from "./trial.ts";

const STEP_MS = 600;
const WRITES_MAX = 200;

/** Every path an agent's step has in `rich`, with those that a fork from there executes anew. */
const LAST = ["phases/one/solo/m", "last"];
const LOOP = ["loop/[0]", "loop/[1]", "loop/[2]"];
const AFTER_FLOW = [...LOOP, "k1", "k2", ...LAST];
const AFTER_EACH = ["taken/then", ...AFTER_FLOW];
const AFTER_PAR = ["each/[0]", "each/[1]", "each/[2]", ...AFTER_EACH];
const FORKS: readonly (readonly [string, readonly string[]])[] = [
  ["first", ["first", "par/t0", "par/t1", "par/t2", ...AFTER_PAR]],
  ["par", ["par/t0", "par/t1", "par/t2", ...AFTER_PAR]],
  ["par/t0", ["par/t0", "par/t2", ...AFTER_PAR]],
  ["par/t1", ["par/t1", ...AFTER_PAR]],
  ["par/t2", ["par/t2", ...AFTER_PAR]],
  ["each", AFTER_PAR],
  ["each/[1]", ["each/[1]", ...AFTER_EACH]],
  ["taken", AFTER_EACH],
  ["taken/then", AFTER_EACH],
  ["ok", AFTER_FLOW],
  ["rest", AFTER_FLOW],
  ["loop", AFTER_FLOW],
  ["loop/[1]", ["loop/[1]", "loop/[2]", "k1", "k2", ...LAST]],
  ["kid", ["k1", "k2", ...LAST]],
  ["phases", LAST],
  ["phases/one/solo/m", LAST],
  ["last", ["last"]],
];

export const forkedParts: readonly Check[] = [
  {
    title: "E18 a fork from any place executes that place and what comes of it, and nothing else",
    run: async (trial) => {
      const patterns = rich(trial);
      const runtime = await trial.open(patterns);
      const source = await runtime.start("rich", "in", { id: "source" });
      const outcome = await toEnd(trial, source);
      assert.equal(outcome.status, "completed");
      const executedThere = trial.ledger.toSorted();
      for (const [from, executed] of FORKS) {
        trial.ledger.length = 0;
        const fork = await runtime.run("source").fork({ from });
        assert.deepEqual(await toEnd(trial, fork), outcome, `forked from '${from}'`);
        assert.deepEqual(trial.ledger.toSorted(), executed.toSorted(), `forked from '${from}'`);
        trial.ledger.length = 0;
        const again = await runtime.run(fork.id).fork({ from: "last" });
        assert.deepEqual(await toEnd(trial, again), outcome, `forked from a fork from '${from}'`);
        assert.deepEqual(trial.ledger, ["last"]);
      }
      assert.deepEqual(FORKS[0]?.[1].toSorted(), executedThere);
    },
  },
  {
    title: "E18 a run of every kind of step is retried from wherever it broke, and ends as if it had not",
    run: async (trial) => {
      const broken = new Set<string>();
      // What comes of a step that is undone is made anew with it; so that nothing does, no step has an undo.
      const patterns = rich(trial, { broken, canUndo: false });
      const runtime = await trial.open(patterns);
      const whole = await toEnd(trial, await runtime.start("rich", "in", { id: "whole" }));
      const steps = [...trial.ledger];
      for (const at of steps) {
        broken.add(at);
        const source = await runtime.start("rich", "in", { id: `broken at ${at}` });
        const outcome = await toEnd(trial, source);
        assert.equal(outcome.status, "failed", `broken at '${at}'`);
        broken.clear();
        const done = completedBy(await trial.events(source.id));
        trial.ledger.length = 0;
        const again = await source.retry();
        assert.deepEqual(await toEnd(trial, again), whole, `retried after '${at}'`);
        const twice = done.filter((path) => trial.ledger.includes(path));
        assert.deepEqual(twice, [], `retried after '${at}'`);
        assert.ok(trial.ledger.includes(at), `retried after '${at}'`);
        assert.deepEqual(await source.outcome(), outcome);
      }
    },
  },
  {
    title: "E18 a fork ends alike, and takes over the same, wherever a crash falls",
    needs: ["crash-at-write"],
    run: async (trial) => {
      const patterns = rich(trial);
      await trial.open(patterns);
      const outcome = await toEnd(trial, await trial.runtime.start("rich", "in", { id: "source" }));
      for (let write = 1; write <= WRITES_MAX; write++) {
        await trial.close();
        trial.ledger.length = 0;
        await trial.open(patterns);
        const life = trial.life;
        trial.crashAtWrite(write);
        const id = `f${write}`;
        const ask = (): void => trial.ask(trial.runtime.run("source").fork({ from: "each/[1]", id }));
        ask();
        const ended = await driveOn(trial, id, async () => {
          await trial.open(patterns);
          ask();
        });
        trial.crashAtWrite(Infinity);
        assert.deepEqual(ended, outcome, `crash at write ${write}`);
        assertSound(await trial.events());
        for (const path of ["first", "par/t0", "par/t1", "par/t2", "each/[0]", "each/[2]"])
          assert.equal(trial.count(path), 0, `'${path}' executed, crash at write ${write}`);
        if (trial.life === life) return;
      }
      assert.fail("the run has too many writes");
    },
  },
];

interface Ways {
  /** The paths of steps that fail. */
  readonly broken?: ReadonlySet<string>;
  readonly canUndo?: boolean;
}

/** One of every kind of step, some of which can be undone. */
function rich(trial: Trial, { broken = new Set(), canUndo = true }: Ways = {}): readonly Pattern[] {
  const undo = (): void => {};
  const make = (name: string, hasUndo = false) =>
    trial.agent(
      name,
      (input, ctx) =>
        broken.has(ctx.path) ? Promise.reject(new Error(`${ctx.path} is broken`)) : [name, input],
      hasUndo && canUndo ? { undo } : {},
    );
  const kid = sequential("kid", {
    matches: { domain: "kids" },
    steps: [make("k1", true), make("k2")],
  });
  const tasks = { t0: make("t0"), t1: make("t1", true), t2: make("t2") };
  const steps = [
    make("first", true),
    parallel("par", { tasks, needs: { t2: ["t0"] } }),
    forEach("each", { items: () => [0, 1, 2], step: make("item") }),
    when("taken", { if: () => true, then: make("then") }),
    approval("ok", { merge: (_input: unknown, answer: unknown) => answer }),
    delay(STEP_MS, { name: "rest" }),
    repeat(make("round"), { name: "loop", until: (_output, ctx) => ctx.iteration === 2, max: 5 }),
    delegate({ domain: "kids" }, { name: "kid" }),
    meta("phases", {
      phases: [{ name: "one", patterns: [sequential("solo", { steps: [make("m", true)] })] }],
    }),
    make("last"),
  ] as const;
  return [sequential("rich", { steps }), kid];
}

/** Answers and lets time pass until the run has ended. */
async function toEnd(trial: Trial, run: RunHandle): Promise<Outcome> {
  return driveOn(trial, run.id, () => assert.fail("the process is down"));
}

/** @param restart opens the runtime again, and asks again for what may be lost */
async function driveOn(trial: Trial, id: string, restart: () => Promise<void>): Promise<Outcome> {
  for (let turn = 0; turn < WRITES_MAX; turn++) {
    if (trial.isDown) await restart();
    await trial.quiet();
    if (trial.isDown) continue;
    const record = await trial.runtime.engine.find(id);
    if (record?.state === "ended") return trial.outcome(trial.runtime.run(id));
    if (record?.state === "waiting") {
      const waits = (await trial.events(id)).findLast((event) => event.kind === "wait-started");
      if (waits?.path === "ok") trial.ask(trial.runtime.run(id).signal("ok", "yes", { key: "once" }));
    }
    await trial.quiet();
    if (!trial.isDown) await trial.advance(STEP_MS);
  }
  return assert.fail(`run '${id}' does not end`);
}

/** The steps that the run, not one it was made of, has completed. */
function completedBy(events: readonly Event[]): readonly string[] {
  return events.flatMap((event) =>
    event.kind === "step-completed" && !event.path.endsWith("/undo") ? [event.path] : [],
  );
}
