/** A run as its caller sees it. Holds no state: everything is asked of the log. */
import type { ChoiceRecord } from "./delegation/choice.ts";
import type { Event } from "./delegation/event.ts";
import type { Outcome } from "./delegation/outcome.ts";
import type { Path } from "./delegation/path.ts";
import type { OutcomeOptions, RunRecord } from "./engine/engine.ts";

export interface SignalOptions {
  /** 1 to 200 characters. Sending twice with one key counts once. @default a new key for each call */
  readonly key?: string;
}

export interface FeedbackOptions {
  /** Why; shown with the run. Cut at 1,000 characters. */
  readonly note?: string;
}

export interface EventOptions {
  /** Only events with a larger position, 0 or more. @default 0 */
  readonly from?: number;
  /** Wait for events to come until the run has ended. @default true */
  readonly follow?: boolean;
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
}

export interface RetryRunOptions {
  /** Of the new run. @default a new id */
  readonly id?: string;
}

export interface ForkOptions {
  /** The path of the step that is made anew. @default the whole run is */
  readonly from?: Path;
  /** What that step gets in place of its input; without `from`, the run's new input. */
  readonly input?: unknown;
  /** What that step is taken to have returned: it is not made anew then, only what comes after it. */
  readonly output?: unknown;
  /** Of the new run. @default a new id */
  readonly id?: string;
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
  outcome(options?: OutcomeOptions): Promise<Outcome<Output>>;
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
   * Says how good the run's result was, once that is known: it corrects what the run has taught of its pattern. The
   * outcome stays as it is. Given again, the last one counts.
   * @param score 0 (of no use) to 1 (as wanted)
   * @throws ReeveError `option-invalid`
   */
  feedback(score: number, options?: FeedbackOptions): Promise<void>;
  /**
   * The run's events in order, those to come included; ends when the run has ended, with what was said of it since.
   * @throws ReeveError `option-invalid`
   */
  events(options?: EventOptions): AsyncIterable<Event>;
  /**
   * No further attempt begins until the run is resumed; those that run may end. Waits go on, and so does the deadline.
   * @param reason cut at 1,000 characters. @default "paused by its caller"
   */
  pause(reason?: string): Promise<void>;
  /** Lets a paused run go on; harmless when it is not paused. */
  resume(): Promise<void>;
  /**
   * Starts a new run that takes over the results of this one that were not undone, and makes anew what failed and
   * everything that comes of it. This run stays as it is.
   * @throws ReeveError `run-not-ended`
   */
  retry(options?: RetryRunOptions): Promise<RunHandle<Output>>;
  /**
   * Starts a new run that takes over what happened here before the step at `from`, and goes on from there. This run
   * stays as it is.
   * @throws ReeveError `option-invalid`
   */
  fork(options: ForkOptions): Promise<RunHandle<Output>>;
  /**
   * Why its pattern was chosen; undefined where it was named by the caller. Patterns that this runtime's grants do not
   * cover are counted, not named. Of a delegated task that may be tried again: that of its last try.
   */
  choice(): Promise<ChoiceRecord | undefined>;
  /** Where the run stands now. */
  record(): Promise<RunRecord>;
}
