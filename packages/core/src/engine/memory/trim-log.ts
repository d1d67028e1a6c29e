/** Removes runs from a log in memory. */
import type { Event } from "../../delegation/event.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import type { Encoded } from "../engine.ts";
import type { RunKey, RunRow, Trim } from "../store.ts";

/** What a trim touches of a log in memory. */
export interface TrimmableLog {
  readonly runs: Map<RunKey, RunRow>;
  readonly keys: Map<string, RunKey>;
  readonly payloads: Map<PayloadId, Encoded>;
  readonly events: Event[];
  readonly histories: Map<RunKey, Event[]>;
  /** Trimmed ones that are still in `events`. */
  readonly gone: Set<Event>;
  trimmed: number;
}

/** Trimmed events are thrown out of the log when they are this part of it, because that takes a pass over all. */
const GONE_PART_MAX = 0.5;

export function trimLog(log: TrimmableLog, { runs, payloads, position }: Trim): void {
  for (const key of runs) {
    const run = log.runs.get(key);
    if (run) log.keys.delete(run.id);
    for (const event of log.histories.get(key) ?? []) log.gone.add(event);
    log.runs.delete(key);
    log.histories.delete(key);
  }
  for (const id of payloads) log.payloads.delete(id);
  log.trimmed = Math.max(log.trimmed, position);
  if (log.gone.size <= log.events.length * GONE_PART_MAX) return;
  const left = log.events.filter((event) => !log.gone.has(event));
  log.events.splice(0, log.events.length);
  for (const event of left) log.events.push(event);
  log.gone.clear();
}

/** The log's events from an index on that are still there. */
export function keptFrom(log: TrimmableLog, index: number, limit: number): readonly Event[] {
  if (log.gone.size === 0) return log.events.slice(index, index + limit);
  const kept: Event[] = [];
  for (let next = index; next < log.events.length && kept.length < limit; next++) {
    const event = log.events[next];
    if (event && !log.gone.has(event)) kept.push(event);
  }
  return kept;
}
