/**
 * A file of many finished runs, made by running them on a clock of its own: 8 patterns, 2,000 domains (a few of them
 * busy, most of them rare), four outcomes, durations from a second to minutes that differ by pattern and domain and that
 * were ten times longer in the last third of the time.
 *
 * `durability: "os"`: the time of making the file is not measured.
 */
import {
  agent,
  createRuntime,
  NonRetryableError,
  seededRandom,
  sequential,
  sqliteEngine,
  systemClock,
  type Clock,
  type Runtime,
} from "reeve";
import { z } from "zod";

export interface FinishedRunsOptions {
  readonly file: string;
  readonly runs: number;
}

export interface FinishedRuns {
  readonly startedFrom: number;
  readonly startedBefore: number;
  readonly seconds: number;
}

export const PATTERNS = 8;
export const DOMAINS = 2_000;

const TICK_MS = 1_000;
const STARTS_PER_TICK = 1_024;
/** What an engine does with one start or one end takes fewer turns of the microtask queue. */
const MICROTASKS = 16;
const DOMAIN_SKEW = 3;
const SPREAD_MS = 50;
const SLOW_FROM = 2 / 3;
const SLOW_FACTOR = 10;

const Job = z.object({ endsAt: z.number(), fails: z.boolean() });

/** Time that jumps from event to event. Timers, which only the engine's own housekeeping sets, run in real time. */
class JumpingClock implements Clock {
  readonly #system: Clock = systemClock();
  #now = Date.UTC(2026, 0, 1);
  /** The last tick whose sleepers were woken. */
  #taken = 0;
  /** By tick: who waits for a time within it. */
  readonly #sleepers = new Map<number, { readonly at: number; readonly wake: () => void }[]>();

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  timer(...args: Parameters<Clock["timer"]>): ReturnType<Clock["timer"]> {
    return this.#system.timer(...args);
  }

  hold(): ReturnType<Clock["hold"]> {
    return this.#system.hold();
  }

  sleepUntil(at: number): Promise<void> {
    if (at <= this.#now) return Promise.resolve();
    // What falls into a tick whose sleepers were already woken waits for the next one.
    const tick = Math.max(Math.floor(at / TICK_MS), this.#taken + 1);
    return new Promise((wake) => {
      const sleepers = this.#sleepers.get(tick);
      if (sleepers) sleepers.push({ at, wake });
      else this.#sleepers.set(tick, [{ at, wake }]);
    });
  }

  jumpTo(at: number): void {
    this.#now = Math.max(this.#now, at);
  }

  takeSleepers(tick: number): readonly { readonly at: number; readonly wake: () => void }[] {
    this.#taken = tick;
    const sleepers = this.#sleepers.get(tick) ?? [];
    this.#sleepers.delete(tick);
    return sleepers;
  }
}

export async function makeFinishedRuns({ file, runs }: FinishedRunsOptions): Promise<FinishedRuns> {
  const clock = new JumpingClock();
  const startedFrom = clock.now();
  const work = agent("work", {
    input: Job,
    run: async ({ endsAt, fails }: z.infer<typeof Job>): Promise<number> => {
      await clock.sleepUntil(endsAt);
      if (fails) throw new NonRetryableError("the job is one of those that fail");
      return endsAt;
    },
  });
  const patterns = Array.from({ length: PATTERNS }, (_, index) =>
    sequential(`pattern-${index}`, { input: Job, steps: [work] }),
  );
  const engine = sqliteEngine(file, { durability: "os", clock });
  const runtime = await createRuntime({ patterns, engine });
  const madeAt = performance.now();
  const plan = planner(runs, startedFrom);
  let startedBefore = startedFrom;
  for (let tick = startedFrom / TICK_MS; plan.left() || plan.unended(); tick++) {
    const events = [...plan.startsOf(runtime, clock, tick), ...clock.takeSleepers(tick)];
    if (plan.left()) startedBefore = (tick + 1) * TICK_MS;
    for (const { at, wake } of events.toSorted((left, right) => left.at - right.at)) {
      clock.jumpTo(at);
      wake();
      for (let turn = 0; turn < MICROTASKS; turn++) await Promise.resolve();
    }
    await plan.started();
    // One commit for the starts and ends of a tick, one for the attempts that then begin.
    if (events.length > 0 || plan.unended())
      for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  await runtime.close();
  return { startedFrom, startedBefore, seconds: (performance.now() - madeAt) / 1_000 };
}

interface Start {
  readonly at: number;
  readonly wake: () => void;
}

interface Planner {
  left(): boolean;
  /** Whether runs were started that have not ended: not all of them sleep, some wait for a commit. */
  unended(): boolean;
  /** Resolves when what was started is on disk: no faster than that, or all of it would be in memory. */
  started(): Promise<unknown>;
  startsOf(runtime: Runtime, clock: JumpingClock, tick: number): readonly Start[];
}

function planner(runs: number, startedFrom: number): Planner {
  const random = seededRandom(7);
  const chance = (): number => random.next();
  let [planned, unended] = [0, 0];
  const starts: Promise<unknown>[] = [];
  const runOne = async (runtime: Runtime, clock: JumpingClock, one: PlannedRun): Promise<void> => {
    unended++;
    const starting = startOne(runtime, one);
    starts.push(starting);
    const run = await starting;
    if (one.share >= 0.96 && one.share < 0.98) {
      await clock.sleepUntil(one.ends - TICK_MS / 2);
      await run.cancel("one of those that are cancelled");
    }
    await run.outcome();
    unended--;
  };
  return {
    left: () => planned < runs,
    unended: () => unended > 0,
    started: () => Promise.all(starts.splice(0)),
    startsOf: (runtime, clock, tick) => {
      const count = Math.min(STARTS_PER_TICK, runs - planned);
      return Array.from({ length: count }, () => {
        const pattern = Math.floor(PATTERNS * chance() ** 2);
        const domain = Math.floor(DOMAINS * chance() ** DOMAIN_SKEW);
        const at = tick * TICK_MS + chance() * TICK_MS;
        const slow = planned++ > runs * SLOW_FROM ? SLOW_FACTOR : 1;
        const spread = Math.exp(pattern / 2 + (domain % 7) / 4 + 1.5 * normal(chance));
        const ends = Math.floor(at + TICK_MS + slow * SPREAD_MS * spread);
        const start = (): void => void runOne(runtime, clock, { pattern, domain, ends, share: chance() });
        return { at: Math.floor(Math.max(at, startedFrom)), wake: start };
      });
    },
  };
}

interface PlannedRun {
  readonly pattern: number;
  readonly domain: number;
  readonly ends: number;
  /** 0 to 1: decides how the run ends. */
  readonly share: number;
}

/** Of 100 runs about 90 complete, 6 fail, 2 are cancelled and 2 rejected. */
function startOne(runtime: Runtime, planned: PlannedRun): ReturnType<Runtime["start"]> {
  const { pattern, domain, ends, share } = planned;
  const job = { endsAt: ends, fails: share >= 0.9 && share < 0.96 };
  const input = share >= 0.98 ? { endsAt: "never" } : job;
  return runtime.start(`pattern-${pattern}`, input, { context: { domain: `domain-${domain}` } });
}

/** Box and Muller's: normally distributed, mean 0, deviation 1. */
function normal(chance: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
}
