/**
 * Follows a log, and sends the runs that are kept as traces, in the order of the log.
 *
 * Invariants: (1) the cursor moves on only when everything kept before it was received, or refused for good and counted,
 * so that an absent receiver, or a restart, brings lag and loses nothing that the log still has; what was sent when a
 * process died may be sent again, with the same ids; (2) one batch and the open spans of one run are held, however many runs there are.
 */
import { ReeveError, type Engine, type RunRecord, type TraceKept } from "@reeve/core";
import type { RunSpan } from "./run-span.ts";
import { runSpans, type RunSpans } from "./run-spans.ts";
import type { SpanSink } from "./send-spans.ts";
import { readCursor, writeCursor, type TraceCursor } from "./trace-cursor.ts";

export interface FollowerOptions {
  readonly engine: Pick<Engine, "clock" | "events" | "runs">;
  readonly sink: SpanSink;
  /** Undefined: the log is read from its beginning. */
  readonly cursorFile: string | undefined;
  /** Unfinished runs are sent, too, when they took longer; by pattern. */
  readonly slowMs: Readonly<Record<string, number>>;
  report(problem: { readonly what: string; readonly error: unknown }): void;
}

/** So many spans in one request. */
const BATCH_SPANS = 500;
const RETRY_MS = { first: 250, max: 30_000 };
/** The cursor is written at least after so many events of runs that are not kept. */
const CURSOR_EVENTS = 1_000;
/** How often the log is looked at. */
const LOOK_EVERY_MS = 500;
/** How often unfinished runs are. */
const OVERDUE_EVERY_MS = 5_000;
const PAGE_RUNS = 100;
/** Of runs that could have ended by now: one that is queued has not begun. */
const OPEN_STATES = ["running", "waiting", "paused", "undoing", "stranded"] as const;

export class TraceFollower {
  readonly #options: FollowerOptions;
  readonly #leaving = new AbortController();
  readonly #following: Promise<void>;
  #batch: RunSpan[] = [];
  #run: RunSpans | undefined;
  #cursor: TraceCursor;
  #overdueAtMs = -Infinity;
  #isTold = false;
  #refusedTold = 0;

  /** @throws ReeveError `option-invalid` for a cursor file of something else */
  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#cursor = readCursor(options.cursorFile);
    this.#following = this.#follow();
  }

  /** Everything kept up to here was received. */
  position(): number {
    return this.#cursor.position;
  }

  /** How many spans were left out because the receiver refused them for good. */
  refused(): number {
    return this.#cursor.refused;
  }

  /** How many spans are held. */
  held(): number {
    return this.#batch.length + (this.#run?.held() ?? 0);
  }

  /** Stops; what was not received is sent at the next start. */
  async close(): Promise<void> {
    this.#leaving.abort();
    await this.#following;
    await this.#options.sink.close();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#leaving;
    while (!signal.aborted) {
      try {
        await this.#read(signal);
        await this.#sendOverdue(signal);
      } catch (error) {
        if (!(error instanceof ReeveError && error.code === "log-trimmed")) {
          this.#options.report({ what: "exporting traces ended", error });
          return;
        }
        this.#options.report({ what: "runs were trimmed before their traces were received", error });
        this.#cursor = { ...this.#cursor, position: 0 };
      }
      await this.#pause(LOOK_EVERY_MS);
    }
  }

  /** What the log has by now. */
  async #read(signal: AbortSignal): Promise<void> {
    let unwritten = 0;
    let { position } = this.#cursor;
    for await (const event of this.#options.engine.events({ from: position, follow: false, signal })) {
      const kept = event.kind === "run-ended" ? event.trace : undefined;
      if (kept && !(await this.#addRun(event.run, kept))) return;
      position = event.position;
      if (++unwritten < CURSOR_EVENTS) continue;
      unwritten = 0;
      if (!(await this.#flush({ position }))) return;
    }
    if (!signal.aborted && position > this.#cursor.position) await this.#flush({ position });
  }

  /** False when it was given up because this is closed. */
  async #addRun(run: string, kept: TraceKept): Promise<boolean> {
    const spans = runSpans(kept);
    this.#run = spans;
    try {
      for await (const event of this.#options.engine.events({ run, follow: false })) {
        if (!(await this.#add(spans.take(event)))) return false;
      }
      return await this.#add(spans.rest());
    } finally {
      this.#run = undefined;
    }
  }

  async #add(spans: readonly RunSpan[]): Promise<boolean> {
    for (const span of spans) {
      this.#batch.push(span);
      if (this.#batch.length >= BATCH_SPANS && !(await this.#sendBatch())) return false;
    }
    return true;
  }

  /** Moves the cursor on, once everything before it was received. */
  async #flush(moved: Partial<TraceCursor>): Promise<boolean> {
    if (!(await this.#sendBatch())) return false;
    this.#cursor = { ...this.#cursor, ...moved };
    const { cursorFile } = this.#options;
    if (cursorFile !== undefined) writeCursor(cursorFile, this.#cursor);
    return true;
  }

  /** Runs become overdue in the order they were started in, so that one time per pattern says which were sent. */
  async #sendOverdue(signal: AbortSignal): Promise<void> {
    const { engine, slowMs } = this.#options;
    const patterns = Object.entries(slowMs);
    if (patterns.length === 0 || engine.clock.monotonic() - this.#overdueAtMs < OVERDUE_EVERY_MS) return;
    for (const [pattern, limitMs] of patterns) {
      const startedFrom = this.#cursor.overdue[pattern] ?? 0;
      const startedBefore = engine.clock.now() - limitMs;
      if (signal.aborted || startedBefore <= startedFrom) continue;
      for await (const { id } of this.#openRuns(pattern, startedFrom, startedBefore)) {
        if (!(await this.#addRun(id, "slow"))) return;
      }
      if (!(await this.#flush({ overdue: { ...this.#cursor.overdue, [pattern]: startedBefore } }))) return;
    }
    this.#overdueAtMs = engine.clock.monotonic();
  }

  async *#openRuns(
    pattern: string,
    startedFrom: number,
    startedBefore: number,
  ): AsyncGenerator<RunRecord, void, undefined> {
    const query = {
      pattern,
      states: OPEN_STATES,
      startedFrom,
      startedBefore,
      descending: false,
      limit: PAGE_RUNS,
    };
    let next: string | undefined;
    do {
      const page = await this.#options.engine.runs({ ...query, ...(next !== undefined && { after: next }) });
      yield* page.runs;
      ({ next } = page);
    } while (next !== undefined);
  }

  async #sendBatch(): Promise<boolean> {
    const { sink, report } = this.#options;
    const { signal } = this.#leaving;
    for (
      let delayMs = RETRY_MS.first;
      this.#batch.length > 0;
      delayMs = Math.min(RETRY_MS.max, 2 * delayMs)
    ) {
      const refusal = await sink.send(this.#batch);
      if (!refusal || refusal.isFinal) {
        if (refusal) this.#leaveOut(this.#batch.length, refusal.error);
        this.#isTold = false;
        this.#batch = [];
        return true;
      }
      const { error } = refusal;
      if (!this.#isTold) report({ what: "traces are not received", error });
      this.#isTold = true;
      await this.#pause(delayMs);
      // It is made anew from the log at the next start.
      if (signal.aborted) return false;
    }
    return !signal.aborted;
  }

  /** Told at the first refusal, and whenever as many again were refused since it was told. */
  #leaveOut(count: number, error: Error): void {
    const refused = this.#cursor.refused + count;
    this.#cursor = { ...this.#cursor, refused };
    if (refused < 2 * this.#refusedTold) return;
    this.#refusedTold = refused;
    const what = `the receiver of traces refuses spans for good; ${refused} were left out`;
    this.#options.report({ what, error });
  }

  #pause(delayMs: number): Promise<void> {
    const { signal } = this.#leaving;
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const wake = (): void => {
        cancel();
        signal.removeEventListener("abort", wake);
        resolve();
      };
      const cancel = this.#options.engine.clock.timer(delayMs, wake, { keepAlive: false });
      signal.addEventListener("abort", wake);
    });
  }
}
