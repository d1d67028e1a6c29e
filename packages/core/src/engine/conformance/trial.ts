/**
 * One test's log with the runtimes opened on it, one life after the other: open, crash or close, open again. Time
 * stands still unless the test moves it; conditions are waited for by turns of the event loop.
 */
import assert from "node:assert/strict";
import { ManualClock, systemClock } from "../../clock.ts";
import { agent, type Agent, type AgentPolicy, type StepContext } from "../../delegation/agent.ts";
import type { Event } from "../../delegation/event.ts";
import type { Outcome } from "../../delegation/outcome.ts";
import type { Pattern } from "../../delegation/pattern.ts";
import { seededRandom } from "../../random.ts";
import type { RunHandle } from "../../run-handle.ts";
import { createRuntime, type Runtime, type RuntimeOptions } from "../../runtime.ts";
import type { Engine } from "../engine.ts";
import type { LogUnderTest } from "./log-under-test.ts";
import { watchWalks, type Walk } from "./watch-walks.ts";

const TURNS_MAX = 20_000;
const QUIET_TURNS = 25;
/** Moved at each turn while runtimes close, so that drains and grace periods pass. */
const CLOSING_STEP_MS = 1_000;

export interface LifeOptions extends Omit<RuntimeOptions, "engine" | "patterns"> {
  /** "machine" for tests with another process. @default "manual" */
  readonly time?: "manual" | "machine";
}

export type Behaviour = (input: unknown, ctx: StepContext) => unknown;

export class Trial {
  readonly log: LogUnderTest;
  /** What the agents made with `agent` did: `<path>` at the begin of each call. */
  readonly ledger: string[] = [];
  /** Every walk of a run, in the order they began. */
  readonly walks: Walk[] = [];
  /** What the runtime in its current life reported. */
  readonly problems: string[] = [];
  clock: ManualClock = new ManualClock();
  #runtime: Runtime | undefined;
  readonly #guests: Runtime[] = [];
  #engine: Engine | undefined;
  #lives = 0;
  #down = false;

  constructor(log: LogUnderTest) {
    this.log = log;
  }

  /** Counts from 1; how often a runtime was opened. */
  get life(): number {
    return this.#lives;
  }

  /** Whether the process has crashed and was not started again. */
  get isDown(): boolean {
    return this.#down;
  }

  get isClosed(): boolean {
    return this.#runtime === undefined;
  }

  get runtime(): Runtime {
    assert(this.#runtime, "no runtime is open");
    return this.#runtime;
  }

  async open(patterns: readonly Pattern[], options: LifeOptions = {}): Promise<Runtime> {
    const { time, ...rest } = options;
    const life = ++this.#lives;
    this.#down = false;
    this.#engine = this.log.open({ clock: time === "machine" ? systemClock() : this.clock });
    const runtime = await createRuntime({
      patterns,
      engine: watchWalks(this.#engine, (walk) => this.walks.push(walk)),
      drainMs: 0,
      graceMs: 0,
      random: seededRandom(life),
      // A check repeats its runs, and what fails in them by intent must not be passed over in the next one.
      domains: { "*": { threshold: 0 } },
      report: (problem) => this.#report(life, problem),
      ...rest,
    });
    this.#runtime = runtime;
    return runtime;
  }

  /** A runtime on the same log that never executes. */
  async openGuest(patterns: readonly Pattern[]): Promise<Runtime> {
    assert(this.#engine, "no engine is open");
    const life = this.#lives;
    const guest = await createRuntime({
      patterns,
      engine: this.#engine.asGuest(),
      report: (problem) => this.#report(life, problem),
    });
    this.#guests.push(guest);
    return guest;
  }

  /** The process ends here, without a word; its timers are gone with it. */
  crash(): void {
    assert(this.log.crash, "the log can't be crashed");
    this.log.crash();
    this.#die();
  }

  /** As `crash`, when the engine is about to write for the n-th time from now on; that write is lost. */
  crashAtWrite(n: number): void {
    assert(this.log.crashAtWrite, "the log can't be crashed at a write");
    this.log.crashAtWrite(n, () => this.#die());
  }

  #die(): void {
    this.#down = true;
    this.#runtime = undefined;
    this.clock = new ManualClock(this.clock.now());
  }

  /** Closes the runtime in good order, and lets time pass as far as that needs. */
  async close(): Promise<void> {
    const open = [...this.#guests.splice(0), ...(this.#runtime ? [this.#runtime] : [])];
    this.#runtime = undefined;
    for (const runtime of open) await this.within(runtime.close(), "the runtime closes", CLOSING_STEP_MS);
  }

  async dispose(): Promise<void> {
    try {
      await this.close();
    } finally {
      await this.log.remove();
    }
  }

  /**
   * An agent that writes its path into the ledger when it begins. What begins while the process is down (in the turn
   * of its crash) does nothing, as it would.
   */
  agent<const Name extends string>(
    name: Name,
    behaviour: Behaviour = (input) => input,
    policy: AgentPolicy<unknown, unknown> = {},
  ): Agent<Name, unknown, unknown> {
    const { undo, undoUnsure } = policy;
    return agent(name, {
      ...policy,
      ...(undo ? { undo: this.#noted(undo) } : {}),
      ...(undoUnsure ? { undoUnsure: this.#noted(undoUnsure) } : {}),
      run: this.#noted(behaviour),
    });
  }

  /** Waits until an agent made with `crashing` has ended the process. */
  async crashed(): Promise<void> {
    await this.until(() => this.#down, "an agent crashes the process");
  }

  /** Asks without waiting for the answer, which a crash may keep away. */
  ask(request: Promise<unknown>): void {
    const life = this.#lives;
    request.catch((error: unknown) => this.#report(life, { what: "a request was refused", error }));
  }

  /** How often the ledger has the path. */
  count(path: string): number {
    return this.ledger.filter((entry) => entry === path).length;
  }

  /** Crashes the process in its first life, and never returns; later it returns `output`. */
  crashing(output?: unknown): Behaviour {
    return () => {
      if (this.#lives > 1) return output;
      this.crash();
      return NEVER;
    };
  }

  /** How the run ended; fails where the run does not end although nothing is left to wait for. */
  outcome<Output>(run: RunHandle<Output>): Promise<Outcome<Output>> {
    return this.within(run.outcome(), `run '${run.id}' ends`);
  }

  /** Waits, turn by turn, until `condition` holds. */
  async until(condition: () => boolean | Promise<boolean>, what: string, stepMs = 0): Promise<void> {
    for (let turn = 0; turn < TURNS_MAX; turn++) {
      if (await condition()) return;
      this.clock.advance(stepMs);
      await nextTurn();
    }
    assert.fail(`never happened: ${what}`);
  }

  /** Waits for the promise, but not for ever. */
  async within<T>(promise: Promise<T>, what: string, stepMs = 0): Promise<T> {
    let settled = false;
    const settle = (): void => void (settled = true);
    promise.then(settle, settle);
    await this.until(() => settled, what, stepMs);
    return promise;
  }

  /** Lets everything happen that needs no time to pass. */
  async quiet(): Promise<void> {
    for (let turn = 0; turn < QUIET_TURNS; turn++) await nextTurn();
  }

  /** Moves the clock, and lets everything happen that is due by then. */
  async advance(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.quiet();
  }

  /** The events of the log, or of one run, that are there now. */
  async events(run?: string): Promise<readonly Event[]> {
    const query = { follow: false, ...(run === undefined ? {} : { run }) };
    return Array.fromAsync(this.runtime.events(query));
  }

  /** Waits until the log has an event like this. */
  async logged(kind: Event["kind"], path?: string, run?: string): Promise<void> {
    const fits = (event: Event): boolean =>
      event.kind === kind && (path === undefined || event.path === path);
    const seen = async (): Promise<boolean> => (await this.events(run)).some(fits);
    await this.until(seen, `${kind} at '${path ?? ""}'`);
  }

  #report(life: number, { what, error }: { readonly what: string; readonly error: unknown }): void {
    if (life === this.#lives && !this.#down) this.problems.push(`${what}: ${String(error)}`);
  }

  #noted(behaviour: Behaviour): Behaviour {
    return (input, ctx) => {
      if (this.#down) return NEVER;
      this.ledger.push(ctx.path);
      return behaviour(input, ctx);
    };
  }
}

/** What an agent returns that must not end by itself. */
export const NEVER: Promise<never> = new Promise(() => {});

/** Ends when its signal is aborted, as a well-behaved agent does. */
export const untilAborted: Behaviour = (_input, ctx) =>
  new Promise((_resolve, reject) => {
    const abort = (): void => reject(new Error("aborted"));
    if (ctx.signal.aborted) abort();
    else ctx.signal.addEventListener("abort", abort);
  });

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
