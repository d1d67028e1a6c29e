/** A run as its caller sees it. Holds no state: everything is asked of the log. */
import type { Event } from "./delegation/event.ts";
import type { Outcome } from "./delegation/outcome.ts";
import type { RunRecord } from "./engine/engine.ts";

export interface SignalOptions {
  /** Sending twice with one key counts once. @default a new key for each call */
  readonly key?: string;
}

export interface EventOptions {
  /** Only events with a larger position. @default 0 */
  readonly from?: number;
  /** Wait for events to come until the run has ended. @default true */
  readonly follow?: boolean;
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
}

/** One run. The methods reject with a `ReeveError` `run-not-found` when the log does not know it. */
export interface RunHandle<Output = unknown> {
  readonly id: string;
  /** How the run ended; waits for it. Never rejects because the run failed. */
  outcome(): Promise<Outcome<Output>>;
  /** Asks the run to end: running attempts are told, nothing new starts, and what was done is undone. */
  cancel(reason?: string): Promise<void>;
  /**
   * Answers an approval; resolves when the answer is on disk.
   * @param name the approval's path, or its last part where that is enough.
   * @throws ReeveError `signal-unknown`, `signal-ambiguous`, `signal-invalid`, `permission-denied`
   */
  signal(name: string, answer?: unknown, options?: SignalOptions): Promise<void>;
  /** The run's events in order, those to come included; ends with the run. */
  events(options?: EventOptions): AsyncIterable<Event>;
  /** Where the run stands now. */
  record(): Promise<RunRecord>;
}
