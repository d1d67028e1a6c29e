/**
 * Measurements of the process in the log: one run per day, filed under the pattern of what is about the log as a whole,
 * never walked, and ended when the next day's begins. So retention trims them as it trims runs.
 */
import type { ProcessSample } from "../../delegation/resource-sample.ts";
import { NOTHING } from "../../delegation/reference.ts";
import { CONTROLS } from "../../delegation/controls.ts";
import type { RunKey, Store } from "../store.ts";
import type { Committer } from "./committer.ts";
import { CONTEXT } from "./controls.ts";

const DAY_MS = 86_400_000;
/** A process that died left its last day open: it is looked for as far back. */
const LOOK_BACK_DAYS = 60;
const OUTCOME = { status: "completed", output: NOTHING } as const;

interface Day {
  readonly id: string;
  readonly key: RunKey;
  readonly startedAt: number;
  seq: number;
}

export class Samples {
  readonly #store: Store;
  readonly #committer: Committer;
  #day: Day | undefined;
  #commits = 0;
  #events = 0;
  #commitMs = 0;
  #commitMsMax = 0;

  constructor(store: Store, committer: Committer) {
    this.#store = store;
    this.#committer = committer;
  }

  /** A batch with so many events is durable, so long after it was handed to the store. */
  committed(events: number, tookMs: number): void {
    this.#commits++;
    this.#events += events;
    this.#commitMs += tookMs;
    this.#commitMsMax = Math.max(this.#commitMsMax, tookMs);
  }

  append(measured: ProcessSample): void {
    const at = this.#committer.now();
    const day = this.#open(at);
    if (!day) return;
    const sample = {
      ...measured,
      commits: this.#commits,
      committedEvents: this.#events,
      commitMsMean: this.#commits === 0 ? 0 : this.#commitMs / this.#commits,
      commitMsMax: this.#commitMsMax,
    };
    this.#commits = this.#events = this.#commitMs = this.#commitMsMax = 0;
    this.#committer.addEvent(day.key, day.id, ++day.seq, { kind: "resources-sampled", sample }, at);
  }

  /** Undefined on a day that was ended already, where time ran backwards. */
  #open(at: number): Day | undefined {
    const id = idOf(at);
    if (this.#day?.id === id) return this.#day;
    if (this.#day) this.#end(this.#day, at);
    else {
      for (let back = 1; back <= LOOK_BACK_DAYS; back++) {
        const left = this.#stored(idOf(at - back * DAY_MS));
        if (left) this.#end(left, at);
      }
    }
    const isOver = this.#store.runById(id)?.state === "ended";
    this.#day = isOver ? undefined : (this.#stored(id) ?? this.#begin(id, at));
    return this.#day;
  }

  /** A day that goes on. */
  #stored(id: string): Day | undefined {
    const row = this.#store.runById(id);
    if (!row || row.state === "ended") return undefined;
    return { id, key: row.key, startedAt: row.startedAt, seq: this.#store.lastEvent(row.key)?.seq ?? 0 };
  }

  #begin(id: string, at: number): Day {
    const key = this.#committer.nextRunKey();
    const run = { pattern: CONTROLS, patternVersion: "1", input: undefined, context: CONTEXT };
    const row = { ...run, key, id, inputDigest: "", origin: undefined, startedAt: at };
    this.#committer.addRun({ ...row, state: "running", outcome: undefined, endedAt: undefined });
    this.#committer.addEvent(key, id, 1, { kind: "run-started", ...run }, at);
    return { id, key, startedAt: at, seq: 1 };
  }

  #end({ id, key, startedAt, seq }: Day, at: number): void {
    const { domain } = CONTEXT;
    const durationMs = at - startedAt;
    const fact = { kind: "run-ended", outcome: OUTCOME, pattern: CONTROLS, domain, durationMs } as const;
    this.#committer.addEvent(key, id, seq + 1, fact, at);
    const change = { key, state: "ended", outcome: OUTCOME.status, endedAt: at } as const;
    this.#committer.markDirty({ takeChange: () => change });
  }
}

function idOf(at: number): string {
  return `reeve:resources:${new Date(at).toISOString().slice(0, 10)}`;
}
