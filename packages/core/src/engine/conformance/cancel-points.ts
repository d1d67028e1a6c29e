/** E6 as a table: whatever a run is doing when it is cancelled, over a crash too, it ends as cancelled and undone. */
import assert from "node:assert/strict";
import type { Runnable } from "../../delegation/agent.ts";
import type { Pattern } from "../../delegation/pattern.ts";
import { approval } from "../../patterns/approval.ts";
import { delay } from "../../patterns/delay.ts";
import { delegate } from "../../patterns/delegate.ts";
import { forEach } from "../../patterns/for-each.ts";
import type { LimitOptions } from "../../delegation/limit.ts";
import { meta } from "../../patterns/meta.ts";
import { parallel } from "../../patterns/parallel.ts";
import { repeat } from "../../patterns/repeat.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { RunHandle } from "../../run-handle.ts";
import type { StartOptions } from "../../runtime.ts";
import type { Check } from "./check.ts";
import { untilAborted, type Behaviour, type Trial } from "./trial.ts";

/** Longer than a run that waits stays in memory, and shorter than any wait of the table. */
const WHILE_MS = 30_000;
const LONG_MS = 20 * WHILE_MS;
const RUN = "r";

type Step = Runnable<string, unknown>;

interface Made {
  /** The step at which the run is cancelled; it follows on one that can be undone. */
  readonly step: Step;
  readonly others?: readonly Pattern[];
  readonly limits?: readonly LimitOptions<unknown>[];
}

/** What a run is doing when it is cancelled. */
interface Point {
  readonly during: string;
  readonly make: (trial: Trial) => Made;
  /** Happens before the run is started. */
  readonly before?: (trial: Trial) => Promise<unknown>;
  readonly start?: StartOptions;
  /** Waits until the run is there. */
  readonly arrive: (trial: Trial) => Promise<void>;
  /** The attempts that are told to stop. @default none */
  readonly told?: readonly string[];
  /** The run has not begun, so that there is nothing to undo. @default false */
  readonly isQueued?: boolean;
}

const arrived =
  (...event: Parameters<Trial["logged"]>) =>
  (trial: Trial): Promise<void> =>
    trial.logged(...event);
const begun =
  (path: string, times = 1) =>
  (trial: Trial): Promise<void> =>
    trial.until(() => trial.count(path) >= times, `'${path}' begins`);

const ATTEMPTS: readonly Point[] = [
  {
    during: "an attempt",
    make: (trial) => ({ step: hanging(trial) }),
    arrive: begun("hangs"),
    told: ["hangs"],
  },
  {
    during: "a later attempt",
    make: (trial) => {
      const late: Behaviour = (input, ctx) =>
        ctx.attempt === 1 ? Promise.reject(new Error("no")) : untilTold(trial)(input, ctx);
      return { step: trial.agent("hangs", late, { retry: { attempts: 5, delayMs: 0 } }) };
    },
    arrive: begun("hangs", 2),
    told: ["hangs"],
  },
  {
    during: "a backoff",
    make: (trial) => {
      const retry = { attempts: 9, delayMs: LONG_MS, delayMsMax: LONG_MS };
      return { step: trial.agent("fails", () => Promise.reject(new Error("no")), { retry }) };
    },
    arrive: arrived("attempt-failed"),
  },
  {
    during: "the wait for a slot of its agent",
    make: (trial) => {
      const busy = trial.agent("busy", untilAborted, { concurrency: 1 });
      return { step: busy, others: [sequential("rival", { steps: [busy] })] };
    },
    before: async (trial) => {
      await trial.runtime.start("rival", 0);
      await trial.logged("attempt-started", "busy");
    },
    arrive: arrived("step-completed", "first", RUN),
  },
];

const WAITS: readonly Point[] = [
  {
    during: "a delay",
    make: () => ({ step: delay(LONG_MS) }),
    arrive: arrived("wait-started"),
  },
  {
    during: "an approval",
    make: () => ({ step: approval("ok") }),
    arrive: arrived("wait-started"),
  },
  {
    during: "an approval with a timeout",
    make: () => ({ step: approval("ok", { timeoutMs: LONG_MS }) }),
    arrive: arrived("wait-started"),
  },
  {
    during: "its time in the queue",
    make: (trial) => ({
      step: trial.agent("busy", untilAborted),
      limits: [{ concurrency: 1 }],
    }),
    before: async (trial) => {
      await trial.runtime.start("p", 0);
      await trial.logged("attempt-started", "busy");
    },
    arrive: arrived("run-started", undefined, RUN),
    isQueued: true,
  },
  {
    during: "the time before it is to begin",
    make: (trial) => ({ step: trial.agent("never") }),
    start: { delayMs: LONG_MS },
    arrive: arrived("run-started"),
    isQueued: true,
  },
];

const INSIDE: readonly Point[] = [
  {
    during: "branches that do different things",
    make: (trial) => ({
      step: parallel("all", {
        tasks: { works: hanging(trial), asks: approval("ok"), rests: delay(LONG_MS) },
      }),
    }),
    arrive: begun("all/works"),
    told: ["all/works"],
  },
  {
    during: "a forEach",
    make: (trial) => ({
      step: forEach("each", { items: () => [0, 1, 2, 3], step: hanging(trial), concurrencyMax: 2 }),
    }),
    arrive: begun("each/[1]"),
    told: ["each/[0]", "each/[1]"],
  },
  {
    during: "a repeat",
    make: (trial) => ({ step: repeat(hanging(trial), { name: "loop", until: () => false, max: 3 }) }),
    arrive: begun("loop/[0]"),
    told: ["loop/[0]"],
  },
  {
    during: "a phase",
    make: (trial) => {
      const patterns = [sequential("in", { steps: [hanging(trial)] })];
      return { step: meta("phases", { phases: [{ name: "one", patterns }] }) };
    },
    arrive: begun("phases/one/in/hangs"),
    told: ["phases/one/in/hangs"],
  },
  {
    during: "its child's attempt",
    make: (trial) => withKid(hanging(trial)),
    arrive: begun("hangs"),
    told: ["hangs"],
  },
  {
    during: "its child's wait",
    make: () => withKid(approval("ok")),
    arrive: arrived("wait-started", "ok"),
  },
  {
    during: "its child's time in the queue",
    make: (trial) => withKid(trial.agent("never"), [{ concurrency: 1 }]),
    before: (trial) => trial.runtime.pause({ pattern: "kid" }, "so that it stays there"),
    arrive: arrived("child-started"),
  },
];

const POINTS = [...ATTEMPTS, ...WAITS, ...INSIDE];

export const cancelPoints: readonly Check[] = [
  ...POINTS.map((point): Check => ({
    title: `E6 a run cancelled during ${point.during} is undone and cancelled at once, and nothing goes on`,
    run: async (trial) => {
      const run = await bring(trial, point);
      const now = trial.clock.now();
      trial.ledger.length = 0;
      await run.cancel("enough");
      await holdsCancelled(trial, run, point);
      assert.equal(trial.clock.now(), now);
      await staysEnded(trial, run);
    },
  })),
  ...POINTS.map((point): Check => ({
    title: `E6 a run cancelled during ${point.during}, after a crash, is undone and cancelled`,
    needs: ["crash"],
    run: async (trial) => {
      await bring(trial, point);
      trial.crash();
      const run = (await trial.open(patternsOf(trial, point))).run(RUN);
      await trial.advance(WHILE_MS);
      trial.ledger.length = 0;
      await run.cancel("enough");
      await holdsCancelled(trial, run, point);
      await staysEnded(trial, run);
    },
  })),
  ...POINTS.map((point): Check => ({
    title: `E6 a cancel during ${point.during} holds from when it is acknowledged, over a crash in that moment`,
    needs: ["crash"],
    run: async (trial) => {
      const run = await bring(trial, point);
      await run.cancel("enough");
      trial.crash();
      const again = (await trial.open(patternsOf(trial, point))).run(RUN);
      const outcome = await trial.outcome(again);
      assert(outcome.status === "cancelled");
      assert.deepEqual(outcome.undone, point.isQueued ? [] : ["first"]);
      await staysEnded(trial, again);
    },
  })),
];

/** The patterns anew, as a process has them that begins. */
function patternsOf(trial: Trial, { make }: Point): readonly Pattern[] {
  const { step, others = [], limits = [] } = make(trial);
  const first = trial.agent("first", () => 1, { undo: () => {} });
  return [sequential("p", { limits, steps: [first, step, trial.agent("next")] }), ...others];
}

async function bring(trial: Trial, point: Point): Promise<RunHandle> {
  const runtime = await trial.open(patternsOf(trial, point));
  await point.before?.(trial);
  const run = await runtime.start("p", "in", { id: RUN, ...point.start });
  await point.arrive(trial);
  await trial.quiet();
  return run;
}

/** Attempts are told first; then what was done is undone, and nothing else happens. */
async function holdsCancelled(trial: Trial, run: RunHandle, point: Point): Promise<void> {
  const outcome = await trial.outcome(run);
  assert(outcome.status === "cancelled");
  assert.equal(outcome.reason, "enough");
  assert.deepEqual(outcome.undone, point.isQueued ? [] : ["first"]);
  assert.deepEqual([outcome.notUndone, outcome.unsure], [[], []]);
  const told = (point.told ?? []).map((path) => `${path} is told`);
  assert.deepEqual(trial.ledger, point.isQueued ? [] : [...told, "first/undo"]);
}

/** Not even when every wait is over does anything happen, and every run that it awaited has ended too. */
async function staysEnded(trial: Trial, run: RunHandle): Promise<void> {
  await trial.quiet();
  const events = await trial.events(run.id);
  const done = [...trial.ledger];
  await trial.advance(2 * LONG_MS);
  assert.deepEqual(await trial.events(run.id), events);
  assert.deepEqual(trial.ledger, done);
  const { runs } = await trial.runtime.runs({ pattern: "kid" });
  assert.deepEqual(
    runs.filter((record) => record.outcome !== "cancelled"),
    [],
  );
}

function withKid(step: Step, limits: readonly LimitOptions<unknown>[] = []): Made {
  const kid = sequential("kid", { matches: { domain: "kids" }, limits, steps: [step] });
  return { step: delegate({ domain: "kids" }, { name: "kid" }), others: [kid] };
}

function hanging(trial: Trial): Step {
  return trial.agent("hangs", untilTold(trial));
}

/** Hangs until its signal aborts, which it notes. */
function untilTold(trial: Trial): Behaviour {
  return (input, ctx) => {
    ctx.signal.addEventListener("abort", () => trial.ledger.push(`${ctx.path} is told`));
    return untilAborted(input, ctx);
  };
}
