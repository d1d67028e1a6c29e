/**
 * The time of a test: moves a `ManualClock` to the next timer whenever nothing is at work, so that a month takes
 * milliseconds, and never while an agent works.
 *
 * Invariants: (1) one step at a time, however many wait: between two steps everything that can happen without time
 * has happened; (2) time never passes the earliest moment that a `skip` waits for.
 */
import type { ManualClock } from "../clock.ts";
import { ReeveError } from "../errors.ts";
import type { AwaitedSignals } from "./watch-engine.ts";
import type { Work } from "./work.ts";

export interface SkipOptions {
  /** Gives up after so many steps of time, 1 or more. @default 100_000 */
  readonly stepsMax?: number;
}

/** What the test waits for. */
interface Goal {
  /** Epoch milliseconds. */
  readonly until: number;
  readonly stepsMax: number;
  steps: number;
  reached(): void;
  fail(error: Error): void;
}

const STEPS_MAX = 100_000;
/**
 * Turns of the event loop without an event, after which only the clock can bring one: an engine in this process takes
 * one from a cause to its commit and one to what follows, and a test that reads events answers within another.
 */
const QUIET_TURNS = 5;
const RUNS_SHOWN = 5;

export class TestTime {
  readonly clock: ManualClock;
  readonly #work: Work;
  readonly #awaited: AwaitedSignals;
  readonly #goals = new Set<Goal>();
  #isDriving = false;

  constructor(work: Work, awaited: AwaitedSignals) {
    this.clock = work.clock;
    this.#work = work;
    this.#awaited = awaited;
  }

  /**
   * Skips from timer to timer until `promise` settles, and gives what it gives.
   * @throws ReeveError `never-settled` when nothing is left that could settle it.
   */
  skipUntil<Result>(promise: Promise<Result>, options: SkipOptions = {}): Promise<Result> {
    return new Promise((resolve, reject) => {
      const goal = this.#add(Infinity, options, { reached: () => {}, fail: reject });
      promise.then(resolve, reject).finally(() => this.#goals.delete(goal));
    });
  }

  /**
   * Lets `ms` milliseconds pass, 0 or more: every timer fires at its time, and what follows from it happens.
   * @throws ReeveError `never-settled`
   */
  skip(ms: number, options: SkipOptions = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!(ms >= 0 && ms < Infinity)) throw invalid("skip", ms, "give milliseconds, 0 or more");
      this.#add(this.clock.now() + ms, options, { reached: resolve, fail: reject });
    });
  }

  /** Resolves when all has happened that needs no time to pass, and no agent works. */
  async idle(): Promise<void> {
    let seen = -1;
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      await this.#work.rests();
      await nextTurn();
      if (this.#work.events === seen) continue;
      seen = this.#work.events;
      quiet = -1;
    }
  }

  /**
   * As `skipUntil`, but time also moves while agents work: one that hangs runs into its limit, and one that does real
   * work may do so too.
   */
  async rushUntil<Result>(promise: Promise<Result>, options: SkipOptions = {}): Promise<Result> {
    const stepsMax = checkStepsMax(options);
    const awaited = { isSettled: false };
    const settle = (): void => void (awaited.isSettled = true);
    promise.then(settle, settle);
    let steps = 0;
    for (let quiet = 0; !awaited.isSettled; quiet++) {
      await nextTurn();
      if (quiet < QUIET_TURNS || awaited.isSettled || !this.clock.skipToNext()) continue;
      quiet = 0;
      if (++steps >= stepsMax) throw this.#tooManySteps(steps);
    }
    return promise;
  }

  #add(until: number, options: SkipOptions, answer: Pick<Goal, "reached" | "fail">): Goal {
    const goal: Goal = { until, stepsMax: checkStepsMax(options), steps: 0, ...answer };
    this.#goals.add(goal);
    if (!this.#isDriving) void this.#drive();
    return goal;
  }

  async #drive(): Promise<void> {
    this.#isDriving = true;
    try {
      while (this.#goals.size > 0) {
        await this.idle();
        this.#step();
      }
    } catch (error) {
      // A timer threw: whoever waits for time is told.
      this.#failAll(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#isDriving = false;
    }
  }

  #step(): void {
    if (this.#release()) return;
    const until = Math.min(...[...this.#goals].map((goal) => goal.until));
    if (this.#goals.size === 0) return;
    if (!this.clock.skipToNext(until)) {
      if (until === Infinity)
        this.#failAll(this.#neverSettled("nothing is left that could settle the promise"));
      return;
    }
    for (const goal of this.#goals) {
      if (++goal.steps < goal.stepsMax) continue;
      this.#goals.delete(goal);
      goal.fail(this.#tooManySteps(goal.steps));
    }
  }

  /** Answers those whose time has come; they act before time moves on. */
  #release(): boolean {
    const reached = [...this.#goals].filter((goal) => goal.until <= this.clock.now());
    for (const goal of reached) {
      this.#goals.delete(goal);
      goal.reached();
    }
    return reached.length > 0;
  }

  #failAll(error: Error): void {
    for (const goal of this.#goals) goal.fail(error);
    this.#goals.clear();
  }

  #tooManySteps(steps: number): ReeveError {
    const to = new Date(this.clock.now()).toISOString();
    return this.#neverSettled(`time moved ${steps} times, to ${to}, and what is awaited has not come`);
  }

  #neverSettled(what: string): ReeveError {
    const waiting = [...this.#awaited].slice(0, RUNS_SHOWN);
    const runs = waiting.map(
      ([run, paths]) => `run '${run}' waits for a signal at '${[...paths].join("', '")}'`,
    );
    const hint =
      runs.length > 0
        ? `${runs.join("; ")}: send it, or await what sends it before time is skipped`
        : "no run waits for a signal; await what else must happen before time is skipped";
    return new ReeveError("never-settled", what, { hint });
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

function checkStepsMax({ stepsMax = STEPS_MAX }: SkipOptions): number {
  if (!(stepsMax >= 1)) throw invalid("stepsMax", stepsMax, "give a number, 1 or more");
  return stepsMax;
}

function invalid(name: string, received: number, hint: string): ReeveError {
  return new ReeveError("option-invalid", `${name} is ${received}`, { hint });
}
