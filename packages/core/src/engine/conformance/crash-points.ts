/** E1, E2, E5, E7, E8 and E9 together: a run ends alike, wherever in it the process crashes. */
import assert from "node:assert/strict";
import type { Event } from "../../delegation/event.ts";
import type { Outcome } from "../../delegation/outcome.ts";
import type { Pattern } from "../../delegation/pattern.ts";
import { approval } from "../../patterns/approval.ts";
import { degrade } from "../../patterns/degrade.ts";
import { delay } from "../../patterns/delay.ts";
import { forEach } from "../../patterns/for-each.ts";
import { meta } from "../../patterns/meta.ts";
import { parallel } from "../../patterns/parallel.ts";
import { sequential } from "../../patterns/sequential.ts";
import { when } from "../../patterns/when.ts";
import type { Check } from "./check.ts";
import { assertSound } from "./sound-log.ts";
import type { Behaviour, Trial } from "./trial.ts";

/** More than any of the programs writes; reached, a run does not end. */
const WRITES_MAX = 200;
const STEP_MS = 600;

export const crashPoints: readonly Check[] = [
  sweep("that completes", (trial) => rich(trial, (input) => input)),
  sweep("that fails and is undone", (trial) => rich(trial, () => Promise.reject(new Error("in the end")))),
  sweep("whose deadline passes", (trial) => rich(trial, (input) => input, 60_000), "nothing"),
  sweep("that is cancelled while it waits", (trial) => rich(trial, (input) => input), "cancel"),
];

/** Every kind of step, with what can happen to it. */
function rich(trial: Trial, last: Behaviour, timeoutMs = 1_000_000): Pattern {
  const undo = (): void => {};
  const flaky = trial.agent(
    "flaky",
    async (input, ctx) => {
      await ctx.run("sub", () => "sub");
      if (ctx.attempt === 1) throw new Error("at first");
      return input;
    },
    { retry: { attempts: 3, delayMs: 100, jitter: false }, undo },
  );
  const item = trial.agent("item", (input) => ({ item: input }), { undo, concurrency: 2 });
  const tolerant = parallel("tolerant", {
    tasks: {
      good: trial.agent("good", () => 1, { undo }),
      bad: trial.agent("bad", () => Promise.reject(new Error("b"))),
    },
    needs: { bad: ["good"] },
    tolerate: { failures: 1 },
  });
  const phases = meta("phases", {
    phases: [
      { name: "one", coordination: "parallel", patterns: [tolerant, sequential("solo", { steps: [flaky] })] },
    ],
  });
  const deep = sequential("deep", {
    steps: [
      trial.agent("dug", (input) => input, { undo }),
      trial.agent("broken", () => Promise.reject(new Error("broken"))),
    ],
  });
  const chain = degrade("chain", [deep, trial.agent("basic", (input) => input, { undo })]);
  return sequential("p", {
    timeoutMs,
    steps: [
      trial.agent("first", (input) => input, { undo }),
      forEach("each", { items: () => [0, 1, 2, 3], step: item, concurrencyMax: 3 }),
      when("taken", {
        if: () => true,
        then: approval("ok", { merge: (_input: unknown, answer: unknown) => answer }),
      }),
      delay(1_000, { name: "rest" }),
      phases,
      chain,
      trial.agent("last", last, { undo }),
    ],
  });
}

function sweep(kind: string, program: (trial: Trial) => Pattern, ask: Course["ask"] = "signal"): Check {
  return {
    title: `E1 E2 E7 E8 E9 a run ${kind} ends alike, with every acknowledged step executed once, wherever a crash falls`,
    needs: ["crash-at-write"],
    run: async (trial) => {
      const pattern = program(trial);
      const undisturbed = await drive(trial, pattern, { id: "r0", ask });
      const unfinished: number[] = [];
      for (let write = 1; write <= WRITES_MAX; write++) {
        const id = `r${write}`;
        const outcome = await drive(trial, pattern, { id, ask, write });
        assert.deepEqual(comparable(outcome), comparable(undisturbed), `crash at write ${write}`);
        const events = await trial.events();
        assertSound(events);
        assertAnnounced(
          trial,
          events.filter((event) => event.run === id),
        );
        if (trial.life <= 2 * write) return;
        unfinished.push(write);
      }
      assert.fail(`the run has more than ${unfinished.length} writes`);
    },
  };
}

interface Course {
  readonly id: string;
  /** "cancel" signals first, and cancels at the second wait. */
  readonly ask: "signal" | "cancel" | "nothing";
  /** Crash at this write, counted from the opening. */
  readonly write?: number;
}

/** Opens, starts the run, and does what it waits for, after a crash too; gives the outcome. */
async function drive(trial: Trial, pattern: Pattern, { id, ask, write }: Course): Promise<Outcome> {
  await trial.close();
  trial.ledger.length = 0;
  const runtime = await trial.open([pattern]);
  if (write !== undefined) trial.crashAtWrite(write);
  trial.ask(runtime.start(pattern.name, "in", { id }));
  for (;;) {
    if (trial.isDown) {
      await trial.open([pattern]);
      // What was not acknowledged may be lost, so its caller asks again.
      trial.ask(trial.runtime.start(pattern.name, "in", { id }));
    }
    await trial.quiet();
    if (trial.isDown) continue;
    const run = trial.runtime.run(id);
    const { state } = await run.record();
    if (state === "ended") {
      const outcome = await trial.outcome(run);
      trial.crashAtWrite(Infinity);
      return outcome;
    }
    assert.notEqual(state, "stranded");
    if (state === "waiting") {
      const resting = (await trial.events(id)).some((event) => event.path === "rest");
      if (ask === "cancel" && resting) trial.ask(run.cancel("enough"));
      else if (ask !== "nothing") trial.ask(run.signal("taken/ok", "answer", { key: "once" }));
    }
    await trial.quiet();
    if (!trial.isDown) await trial.advance(STEP_MS);
  }
}

/**
 * What a crash must not change. It may change stacks, the order in which branches are undone (that in which they
 * ended), and which failed steps are unsure (an attempt was lost).
 */
function comparable(outcome: Outcome): unknown {
  if (outcome.status === "completed") return JSON.parse(JSON.stringify(outcome, withoutStack));
  const { status, undone, notUndone, kept } = outcome;
  return {
    status,
    undone: undone.toSorted(),
    notUndone,
    kept,
    message: "error" in outcome && outcome.error.message,
  };
}

function withoutStack(key: string, value: unknown): unknown {
  return key === "stack" ? undefined : value;
}

/** Nothing executed that the log does not know. */
function assertAnnounced(trial: Trial, events: readonly Event[]): void {
  for (const path of new Set(trial.ledger)) {
    const announced = events.filter(
      (event) => event.kind === "attempt-started" && event.path === path,
    ).length;
    assert.ok(trial.count(path) <= announced, `'${path}' executed unannounced`);
  }
}
