/** What callers in the owner's process do: keep so many runs going, and now and then interfere with one. */
import { setTimeout } from "node:timers/promises";
import type { Random, RunRecord, Runtime } from "reeve";
import type { AttackedOptions } from "./attacked-options.ts";
import type { Caller } from "./caller.ts";
import { APPROVAL, STARTED } from "./load.ts";
import type { CallLine } from "./side-files.ts";

export interface DriverOptions {
  readonly runtime: Runtime;
  readonly caller: Caller;
  /** What was called before this life. */
  readonly calls: readonly CallLine[];
  readonly life: number;
  readonly options: AttackedOptions;
  readonly random: Random;
}

/** Runs that only a guest answers and cancels have ids that begin with this. */
export const GUEST_PREFIX = "g-";

const PAUSE_EVERY_MS = 1_500;
const PAUSE_MS = 100;
/** Long enough for a start that was not answered to be forgotten no sooner than it is asked for again. */
const ASK_AGAIN_MS_MAX = 5_000;

export class Driver {
  readonly #parts: DriverOptions;
  readonly #answered: ReadonlySet<string>;
  #started = 0;
  #closing: Promise<void> | undefined;

  constructor(parts: DriverOptions) {
    this.#parts = parts;
    const answered = parts.calls.filter((line) => line.said === "acknowledged");
    this.#answered = new Set(answered.map((line) => `${line.call} ${line.run}`));
  }

  /** What the lives before have left. */
  async resumeEverything(unfinished: readonly RunRecord[]): Promise<void> {
    const { runtime } = this.#parts;
    for (const pattern of Object.keys(runtime.paused().patterns)) await runtime.resume({ pattern });
    for (const agent of Object.keys(runtime.paused().agents)) await runtime.resume({ agent });
    for (const { id, pattern, state } of unfinished) {
      if (state === "paused") await this.resume(id);
      this.#drive(id, pattern);
    }
    await this.#askAgain();
  }

  /** Goes on until it is closed. */
  async load(): Promise<void> {
    const { runsAtOnce } = this.#parts.options;
    await Promise.all([
      ...Array.from({ length: runsAtOnce }, () => this.#startAgainAndAgain()),
      this.#pauseNowAndThen(),
    ]);
  }

  resume(id: string): Promise<boolean> {
    const { runtime, caller } = this.#parts;
    return caller.call("resume", id, () => runtime.run(id).resume());
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#parts.runtime.close());
  }

  /** Starts that a kill left without an answer: the same ids again must not make second runs (E4). */
  async #askAgain(): Promise<void> {
    const since = Date.now() - ASK_AGAIN_MS_MAX;
    for (const { said, call, run, by, at, pattern, input } of this.#parts.calls) {
      if (said !== "asked" || call !== "start" || by !== "owner" || at < since) continue;
      if (pattern === undefined || input === undefined || this.#answered.has(`start ${run}`)) continue;
      await this.#start(run, pattern, input);
    }
  }

  async #startAgainAndAgain(): Promise<void> {
    while (!this.#closing) {
      const number = this.#started++;
      const pattern = STARTED[number % STARTED.length] ?? "chain";
      const isForGuest = (pattern === "held" || pattern === "waiting") && this.#chance(0.3);
      const run = `${isForGuest ? GUEST_PREFIX : ""}${this.#parts.life}-${number}`;
      const ended = await this.#start(run, pattern, number);
      // Runs that wait for the guest don't keep the owner from its work.
      if (!isForGuest) await ended?.outcome;
    }
  }

  async #start(run: string, pattern: string, input: number): Promise<Driven | undefined> {
    const { runtime, caller } = this.#parts;
    const options = { id: run, ...(this.#chance(0.05) ? { delayMs: 20 } : {}) };
    const detail = { pattern, input };
    const ok = await caller.call("start", run, () => runtime.start(pattern, input, options), detail);
    return ok ? this.#drive(run, pattern) : undefined;
  }

  /** Does what the run needs in order to end, and now and then something else. */
  #drive(run: string, pattern: string): Driven {
    const { runtime, caller } = this.#parts;
    const outcome = caller.outcome(runtime, run).then((status) => this.#afterwards(run, pattern, status));
    // A child that is cancelled on its own would fail its parent.
    if (run.startsWith(GUEST_PREFIX) || pattern === "leaf") return { outcome };
    if (pattern === "waiting") void this.#answer(run);
    if (pattern === "held") void this.#cancel(run);
    else if (this.#chance(0.06)) void this.#cancel(run);
    else if (this.#chance(0.04)) void this.#pauseForAWhile(run);
    return { outcome };
  }

  async #answer(run: string): Promise<void> {
    if (this.#answered.has(`signal ${run}`)) return;
    const { runtime, caller } = this.#parts;
    // Sent twice under one key, it counts once (E8).
    for (let times = 0; times < 2; times++) {
      const send = (): Promise<void> => runtime.run(run).signal(APPROVAL, run, { key: run });
      if (!(await caller.call("signal", run, send, { key: run }))) return;
    }
  }

  async #cancel(run: string): Promise<void> {
    if (this.#answered.has(`cancel ${run}`)) return;
    await setTimeout(this.#parts.random.next() * 30);
    const { runtime, caller } = this.#parts;
    await caller.call("cancel", run, () => runtime.run(run).cancel("soak"));
  }

  async #pauseForAWhile(run: string): Promise<void> {
    const { runtime, caller } = this.#parts;
    const paused = await caller.call("pause", run, () => runtime.run(run).pause("soak"));
    await setTimeout(this.#parts.random.next() * 50);
    if (paused) await this.resume(run);
  }

  async #afterwards(run: string, pattern: string, status: string | undefined): Promise<void> {
    if (status === undefined || this.#closing || this.#parts.options.task === "finish") return;
    // One generation: a fork is not forked again.
    if (run.includes("/") || pattern === "leaf") return;
    const draw = this.#parts.random.next();
    if (draw < 0.03) await this.#again(run, pattern, "retry");
    else if (draw < 0.06) await this.#again(run, pattern, "fork");
    else if (draw < 0.1 && pattern === "chain" && status === "completed")
      await this.#again(run, pattern, "fork from");
  }

  async #again(run: string, pattern: string, how: "retry" | "fork" | "fork from"): Promise<void> {
    const { runtime, caller } = this.#parts;
    const id = `${run}/${how.replace(" ", "-")}`;
    const handle = runtime.run(run);
    const input = this.#started + 1_000_000;
    const ok = await caller.call("start", id, () => {
      if (how === "retry") return handle.retry({ id });
      return handle.fork(how === "fork" ? { id, input } : { id, from: "flaky" });
    });
    if (ok) this.#drive(id, pattern);
  }

  async #pauseNowAndThen(): Promise<void> {
    const { runtime, caller } = this.#parts;
    for (let times = 0; !this.#closing; times++) {
      await setTimeout(PAUSE_EVERY_MS);
      const what = times % 2 === 0 ? { pattern: "fan" } : { agent: "narrow" };
      const paused = await caller.call("pause", "", () => runtime.pause(what, "soak"));
      await setTimeout(PAUSE_MS);
      if (paused) await caller.call("resume", "", () => runtime.resume(what));
    }
  }

  #chance(share: number): boolean {
    return this.#parts.random.next() < share;
  }
}

interface Driven {
  /** Resolves when it is known how the run ended, or that this process is not told. */
  readonly outcome: Promise<void>;
}
