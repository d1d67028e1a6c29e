/** A run as its caller sees it. Holds no state: everything is asked of the log. */
import type { Event } from "./delegation/event.ts";
import type { Outcome } from "./delegation/outcome.ts";
import type { RunRecord } from "./engine/engine.ts";

export interface SignalOptions {
  /** 1 to 200 characters. Sending twice with one key counts once. @default a new key for each call */
  readonly key?: string;
}

export interface EventOptions {
  /** Only events with a larger position, 0 or more. @default 0 */
  readonly from?: number;
  /** Wait for events to come until the run has ended. @default true */
  readonly follow?: boolean;
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
}

/**
 * One run. The methods reject with a `ReeveError`: `run-not-found` when the log does not know it, `runtime-closed` once
 * the runtime was closed.
 */
export interface RunHandle<Output = unknown> {
  readonly id: string;
  /**
   * How the run ended; waits for it. Never rejects because the run failed; does so with `runtime-closed` when the
   * runtime closes first, so that whoever does not await it has to handle that.
   */
  outcome(): Promise<Outcome<Output>>;
  /**
   * Asks the run to end: running attempts are told, nothing new starts, and what was done is undone.
   * @param reason cut at 1,000 characters. @default "cancelled by its caller"
   */
  cancel(reason?: string): Promise<void>;
  /**
   * Answers an approval; resolves when the answer is on disk.
   * @param name the approval's path, or its last part where that is enough.
   * @throws ReeveError `signal-unknown`, `signal-ambiguous`, `signal-invalid`, `permission-denied`, `option-invalid`
   */
  signal(name: string, answer?: unknown, options?: SignalOptions): Promise<void>;
  /**
   * The run's events in order, those to come included; ends with the run.
   * @throws ReeveError `option-invalid`
   */
  events(options?: EventOptions): AsyncIterable<Event>;
  /** Where the run stands now. */
  record(): Promise<RunRecord>;
}
