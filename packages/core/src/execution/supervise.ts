/**
 * Runs an agent's function under limits: its own time limit, heartbeats, and being told to stop.
 *
 * Invariants: (1) it settles soon after `stop` aborts or a limit passes, at most `graceMs` later; (2) the function's
 * signal is aborted before it settles with anything but the function's own end; (3) no timer outlives it.
 */
import type { CancelTimer, Clock } from "../clock.ts";
import { isPromiseLike } from "../delegation/promise-like.ts";
import type { StopSignal } from "../engine/engine.ts";
import type { ErrorCode } from "../errors.ts";

export interface Limits {
  readonly clock: Clock;
  readonly stop: StopSignal;
  readonly timeoutMs: number | undefined;
  readonly heartbeatTimeoutMs: number | undefined;
  /** How long a function may take to end once its signal was aborted. */
  readonly graceMs: number;
}

/** What is run, under limits of its own. */
export interface Work<T, Result> extends Limits {
  begin(supervision: Supervision): T | PromiseLike<T>;
  /** What is made of the end. */
  conclude(supervised: Supervised<T>): Result;
}

export type Supervised<T> =
  /** It returned; also when it was told to stop and finished all the same. */
  | { readonly ended: "returned"; readonly value: T }
  /** It threw although nothing stopped it. */
  | { readonly ended: "threw"; readonly thrown: unknown }
  /** A limit or a stop ended it; `late` is set when it still runs. */
  | {
      readonly ended: "stopped";
      readonly code: ErrorCode;
      readonly message: string;
      readonly thrown: unknown;
      readonly late: Promise<boolean> | undefined;
    };

export interface Supervision {
  readonly signal: AbortSignal;
  heartbeat(): void;
}

interface Stopped {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What the work concludes from its end. */
export function supervise<T, Result>(work: Work<T, Result>): Promise<Result> {
  return new Promise((resolve) => {
    new Watch<T, Result>(work, resolve).begin();
  });
}

class Watch<T, Result> implements Supervision {
  readonly #work: Work<T, Result>;
  readonly #resolve: (result: Result) => void;
  #controller: AbortController | undefined;
  #cancelTimeout: CancelTimer | undefined;
  #cancelHeartbeat: CancelTimer | undefined;
  #cancelGrace: CancelTimer | undefined;
  #stopped: Stopped | undefined;
  #settled = false;
  #late: ((ok: boolean) => void) | undefined;

  constructor(work: Work<T, Result>, resolve: (result: Result) => void) {
    this.#work = work;
    this.#resolve = resolve;
  }

  begin(): void {
    const { clock, stop, timeoutMs } = this.#work;
    if (timeoutMs !== undefined) {
      const passed = (): void =>
        this.#stop({ code: "attempt-timed-out", message: `the attempt took longer than ${timeoutMs} ms` });
      this.#cancelTimeout = clock.timer(timeoutMs, passed);
    }
    this.#beat();
    stop.addEventListener("abort", this.#onStop);
    if (stop.aborted) this.#onStop();
    try {
      const value = this.#work.begin(this);
      if (isPromiseLike(value)) value.then(this.#returned, this.#threw);
      else this.#returned(value);
    } catch (thrown) {
      this.#threw(thrown);
    }
  }

  /** Made when the function first asks for it; most never do. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#stopped) this.#controller.abort(new Error(this.#stopped.message));
    }
    return this.#controller.signal;
  }

  heartbeat(): void {
    this.#beat();
  }

  readonly #onStop = (): void => {
    const reason: unknown = this.#work.stop.reason;
    const why = reason instanceof Error ? reason.message : String(reason);
    this.#stop({ code: "attempt-cancelled", message: `the attempt was stopped: ${why}` });
  };

  readonly #returned = (value: T): void => {
    this.#late?.(true);
    if (this.#settled) return;
    const stopped = this.#stopped;
    // Told to stop from outside, a finished result still counts; a limit that passed is a failure.
    if (stopped && stopped.code !== "attempt-cancelled") {
      this.#settle({ ended: "stopped", ...stopped, thrown: undefined, late: undefined });
    } else this.#settle({ ended: "returned", value });
  };

  readonly #threw = (thrown: unknown): void => {
    this.#late?.(false);
    if (this.#settled) return;
    const stopped = this.#stopped;
    if (stopped) this.#settle({ ended: "stopped", ...stopped, thrown, late: undefined });
    else this.#settle({ ended: "threw", thrown });
  };

  #beat(): void {
    const { clock, heartbeatTimeoutMs } = this.#work;
    if (heartbeatTimeoutMs === undefined || this.#stopped || this.#settled) return;
    this.#cancelHeartbeat?.();
    this.#cancelHeartbeat = clock.timer(heartbeatTimeoutMs, () =>
      this.#stop({
        code: "heartbeat-missed",
        message: `the attempt gave no heartbeat for ${heartbeatTimeoutMs} ms`,
      }),
    );
  }

  #stop(stopped: Stopped): void {
    if (this.#stopped || this.#settled) return;
    this.#stopped = stopped;
    this.#controller?.abort(new Error(stopped.message));
    this.#cancelGrace = this.#work.clock.timer(this.#work.graceMs, () => this.#abandon(stopped));
  }

  #abandon(stopped: Stopped): void {
    const late = new Promise<boolean>((resolve) => (this.#late = resolve));
    const message = `${stopped.message}, and still ran ${this.#work.graceMs} ms after its signal was aborted`;
    this.#settle({ ended: "stopped", code: "attempt-abandoned", message, thrown: undefined, late });
  }

  #settle(result: Supervised<T>): void {
    this.#settled = true;
    this.#cancelTimeout?.();
    this.#cancelHeartbeat?.();
    this.#cancelGrace?.();
    this.#work.stop.removeEventListener("abort", this.#onStop);
    this.#resolve(this.#work.conclude(result));
  }
}
