/**
 * The runs that have not ended, as the log has them, counted by state and pattern. Read once, then kept up with the
 * feed: a run that events are about is looked up again. Holds one record for each of them.
 */
import { RUN_STATES, type Engine, type RunRecord, type RunState } from "@reeve/core";
import { CONTROLS } from "../board/act-of.ts";
import type { Feed, TouchedRuns } from "../board/feed.ts";
import type { ActiveCounts } from "../contract/overview.ts";

const PAGE_RUNS = 1_000;
const UNFINISHED: readonly RunState[] = RUN_STATES.filter((state) => state !== "ended");

export class UnfinishedRuns {
  readonly #engine: Engine;
  readonly #feed: Feed;
  readonly #runs = new Map<string, RunRecord>();
  readonly #counts = noCounts();
  readonly #byPattern = new Map<string, number>();
  /** Everything up to here is known; undefined before the first reading. */
  #position: number | undefined;
  #refreshing: Promise<void> | undefined;
  /** Told which runs changed. */
  readonly #changed: (run: string) => void;

  constructor(engine: Engine, feed: Feed, changed: (run: string) => void) {
    this.#engine = engine;
    this.#feed = feed;
    this.#changed = changed;
  }

  get counts(): ActiveCounts {
    return { ...this.#counts };
  }

  get byPattern(): ReadonlyMap<string, number> {
    return this.#byPattern;
  }

  /** Everything up to here is known. */
  get position(): number {
    return this.#position ?? 0;
  }

  get(id: string): RunRecord | undefined {
    return this.#runs.get(id);
  }

  /** In these states, in no order. */
  *in(states: ReadonlySet<RunState>): Generator<RunRecord> {
    for (const record of this.#runs.values()) if (states.has(record.state)) yield record;
  }

  /** Brings it up to what the feed has; one call at a time works for all. */
  refresh(): Promise<void> {
    return (this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined)));
  }

  async #refresh(): Promise<void> {
    const to = this.#feed.position;
    const touched = this.#position === undefined ? undefined : this.#feed.touchedSince(this.#position);
    if (touched) await this.#follow(touched);
    else await this.#readAll();
    this.#position = to;
  }

  async #follow(touched: TouchedRuns): Promise<void> {
    for (const [run, isEnded] of touched) {
      if (run === CONTROLS) continue;
      this.#set(run, isEnded ? undefined : await this.#engine.find(run));
      this.#changed(run);
    }
  }

  async #readAll(): Promise<void> {
    const found = new Map<string, RunRecord>();
    for (let after: string | undefined; ;) {
      const page = await this.#engine.runs({
        states: UNFINISHED,
        limit: PAGE_RUNS,
        ...(after !== undefined && { after }),
      });
      for (const record of page.runs) if (record.id !== CONTROLS) found.set(record.id, record);
      after = page.next;
      if (after === undefined) break;
      // Other requests are answered between two pages.
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const id of this.#runs.keys()) if (!found.has(id)) this.#set(id, undefined);
    for (const [id, record] of found) this.#set(id, record);
  }

  #set(id: string, record: RunRecord | undefined): void {
    const known = this.#runs.get(id);
    if (known) this.#count(known, -1);
    if (!record || record.state === "ended") {
      this.#runs.delete(id);
      return;
    }
    this.#runs.set(id, record);
    this.#count(record, 1);
  }

  #count({ state, pattern }: RunRecord, by: 1 | -1): void {
    if (state !== "ended") this.#counts[state] += by;
    const count = (this.#byPattern.get(pattern) ?? 0) + by;
    if (count > 0) this.#byPattern.set(pattern, count);
    else this.#byPattern.delete(pattern);
  }
}

function noCounts(): { -readonly [state in keyof ActiveCounts]: ActiveCounts[state] } {
  return { queued: 0, running: 0, waiting: 0, paused: 0, undoing: 0, stranded: 0 };
}
