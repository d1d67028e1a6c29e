/**
 * A log in memory: the reference implementation of `Store`, for tests and for work that may be forgotten.
 *
 * A `MemoryLog` outlives the stores opened on it, so that a simulated crash can be followed by a recovery.
 */
import type { Event } from "../../delegation/event.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import { ReeveError } from "../../errors.ts";
import { systemRandom, type Random } from "../../random.ts";
import { CONTROLS } from "../../delegation/controls.ts";
import type { Capabilities, Encoded } from "../engine.ts";
import type { Checkpoint } from "../../delegation/fold.ts";
import type { Batch, HighestIds, QueueHead, QueueRow, RunKey, RunRow, Store } from "../store.ts";
import { findRuns } from "./find-runs.ts";
import { keptFrom, trimLog } from "./trim-log.ts";

/** What was committed. */
export class MemoryLog {
  readonly id: string;
  readonly runs: Map<RunKey, RunRow> = new Map();
  readonly keys: Map<string, RunKey> = new Map();
  readonly payloads: Map<PayloadId, Encoded> = new Map();
  readonly events: Event[] = [];
  readonly histories: Map<RunKey, Event[]> = new Map();
  readonly checkpoints: Map<string, Checkpoint> = new Map();
  readonly queue: Map<RunKey, QueueRow> = new Map();
  /** Trimmed ones that are still in `events`. */
  readonly gone: Set<Event> = new Set();
  position: number = 0;
  payload: PayloadId = 0;
  runKey: RunKey = 0;
  /** The last position of a trimmed event. */
  trimmed: number = 0;

  constructor(random: Random = systemRandom()) {
    this.id = random.id();
  }
}

export const MEMORY_CAPABILITIES: Capabilities = { survivesCrash: false, file: false, globalOrder: true };

/** Opens a log in memory. */
export function openMemoryStore(log: MemoryLog = new MemoryLog()): Store {
  const refuseInbox = (): never => {
    throw new ReeveError("option-invalid", "a log in memory has no other processes");
  };
  return {
    capabilities: MEMORY_CAPABILITIES,
    role: "owner",
    logId: log.id,
    highest: (): HighestIds => ({
      position: log.position,
      payload: log.payload,
      runKey: log.runKey,
      queueOrder: log.queue.values().reduce((last, row) => Math.max(last, row.order), 0),
    }),
    commit: (batch): undefined => write(log, batch),
    takesAnother: () => false,
    trimsAside: () => true,
    runById: (id) => runByKey(log, log.keys.get(id)),
    runByKey: (key) => runByKey(log, key),
    unfinished: (afterKey, limit) => unfinished(log, afterKey, limit),
    findRuns: (query) => findRuns(log.runs, query),
    runsAfter: (afterKey, limit) => pageOf(log, limit, (row) => row.key > afterKey),
    runsOf: (id, afterKey, limit) => pageOf(log, limit, (row) => row.key > afterKey && isOf(row, id)),
    trimmed: () => ({ position: log.trimmed, isLeft: false }),
    history: (key, afterSeq, limit) => (log.histories.get(key) ?? []).slice(afterSeq, afterSeq + limit),
    eventsAfter: (position, limit) => eventsAfter(log, position, limit),
    lastEvent: (key) => log.histories.get(key)?.at(-1),
    payload: (id) => payload(log, id),
    checkpoint: (fold) => log.checkpoints.get(fold),
    queueHeads: () => queueHeads(log),
    queueOf: (lane, priority, afterOrder, limit) =>
      Array.from(log.queue.values())
        .filter((row) => row.lane === lane && row.priority === priority && row.order > afterOrder)
        .filter((row) => row.notBefore === undefined)
        .toSorted((left, right) => left.order - right.order)
        .slice(0, limit),
    queueDue: (limit) =>
      Array.from(log.queue.values())
        .filter((row) => dueAt(row) !== undefined)
        .toSorted((left, right) => (dueAt(left) ?? 0) - (dueAt(right) ?? 0))
        .slice(0, limit),
    inbox: () => [],
    putInbox: refuseInbox,
    foreignWrite: () => false,
    close: () => {},
  };
}

function write(log: MemoryLog, batch: Batch): undefined {
  for (const row of batch.runs) {
    log.runs.set(row.key, row);
    log.keys.set(row.id, row.key);
    log.histories.set(row.key, []);
    log.runKey = Math.max(log.runKey, row.key);
  }
  for (const { id, value } of batch.payloads) {
    log.payloads.set(id, value);
    log.payload = Math.max(log.payload, id);
  }
  for (const { runKey, event } of batch.events) {
    log.events.push(event);
    log.histories.get(runKey)?.push(event);
    log.position = event.position;
  }
  for (const { key, ...change } of batch.changes) {
    const row = log.runs.get(key);
    if (row) log.runs.set(key, { ...row, ...change });
  }
  for (const row of batch.queued) log.queue.set(row.runKey, row);
  for (const key of batch.unqueued) log.queue.delete(key);
  for (const checkpoint of batch.checkpoints) log.checkpoints.set(checkpoint.fold, checkpoint);
  if (batch.trim) trimLog(log, batch.trim);
}

function pageOf(log: MemoryLog, limit: number, fits: (row: RunRow) => boolean): readonly RunRow[] {
  const page: RunRow[] = [];
  for (const row of log.runs.values()) {
    if (!fits(row)) continue;
    page.push(row);
    if (page.length === limit) break;
  }
  return page;
}

function isOf({ origin }: RunRow, id: string): boolean {
  return origin?.parent?.run === id || origin?.forkedFrom?.run === id;
}

function runByKey(log: MemoryLog, key: RunKey | undefined): RunRow | undefined {
  return key === undefined ? undefined : log.runs.get(key);
}

function unfinished(log: MemoryLog, afterKey: RunKey, limit: number): readonly RunRow[] {
  const found: RunRow[] = [];
  for (const row of log.runs.values()) {
    const begun = row.state !== "ended" && row.state !== "queued" && row.pattern !== CONTROLS;
    if (row.key > afterKey && begun) found.push(row);
    if (found.length === limit) break;
  }
  return found;
}

function dueAt(row: QueueRow): number | undefined {
  return row.notBefore ?? row.deadline;
}

function queueHeads(log: MemoryLog): readonly QueueHead[] {
  const heads = new Map<string, QueueHead>();
  for (const { lane, priority, order, notBefore } of log.queue.values()) {
    if (notBefore !== undefined) continue;
    const name = `${priority} ${lane}`;
    const lastOrder = Math.max(order, heads.get(name)?.lastOrder ?? 0);
    heads.set(name, { lane, priority, lastOrder });
  }
  return [...heads.values()];
}

function payload(log: MemoryLog, id: PayloadId): Encoded {
  const value = log.payloads.get(id);
  if (value === undefined) throw new ReeveError("file-damaged", `payload ${id} is not in the log`);
  return value;
}

/** Positions only grow, so the first one wanted is found by halving. */
function eventsAfter(log: MemoryLog, position: number, limit: number): readonly Event[] {
  const { events } = log;
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.position ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return keptFrom(log, low, limit);
}
