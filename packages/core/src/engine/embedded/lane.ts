/**
 * The runs that wait for the same places, per priority in the order in which they were queued.
 *
 * Ageing counts from the last turn, not from a run's own beginning: a backlog that has been waiting for hours is served
 * all the time, and must overtake neither what is urgent nor another lane for its age.
 */
import type { QueueRow, RunKey, Store } from "../store.ts";

/** What had no turn for so long is as urgent as the next priority. */
const AGEING_MS = 30_000;
const PRIORITY_MAX = 4;
/** How many runs of a lane and priority are in memory. */
const BUFFER_MAX = 64;

interface Line {
  readonly priority: number;
  /** The first ones; what comes after is on disk. */
  readonly buffer: QueueRow[];
  /** Up to here everything is in the buffer, or was. */
  readUpTo: number;
  /** The last one that was queued. */
  lastOrder: number;
  /** When its last turn was, or its first run was queued. */
  sinceMs: number;
}

/** A lane's place in a waitlist. */
export interface Spot {
  readonly list: { readonly size: number; remove(lane: Lane): void };
  readonly urgency: number;
  index: number;
}

export class Lane {
  readonly name: string;
  readonly places: readonly string[];
  /** Counts the turns of all lanes: when this one had its last, or began to wait. */
  turn: number;
  /** The time of `turn`. */
  sinceMs: number;
  /** Where it is among those that wait, and with which urgency it was put there. */
  spot: Spot | undefined;
  readonly #lines = new Map<number, Line>();

  constructor(name: string, places: readonly string[], turn: number, sinceMs: number) {
    this.name = name;
    this.places = places;
    this.turn = turn;
    this.sinceMs = sinceMs;
  }

  get isEmpty(): boolean {
    for (const line of this.#lines.values()) if (!isRead(line)) return false;
    return true;
  }

  put(row: QueueRow): void {
    const line = this.#line(row.priority, row.order - 1, row.queuedAt);
    if (isRead(line)) line.sinceMs = row.queuedAt;
    if (line.readUpTo === line.lastOrder && line.buffer.length < BUFFER_MAX) {
      line.buffer.push(row);
      line.readUpTo = row.order;
    }
    line.lastOrder = row.order;
  }

  /** There are runs on disk, up to `order`, of which none is in memory. */
  expect(priority: number, order: number): void {
    const line = this.#line(priority, 0, this.sinceMs);
    line.lastOrder = Math.max(line.lastOrder, order);
  }

  remove(priority: number, runKey: RunKey): void {
    const line = this.#lines.get(priority);
    const index = line?.buffer.findIndex((row) => row.runKey === runKey) ?? -1;
    if (index >= 0) line?.buffer.splice(index, 1);
  }

  /** Whether there is a run that is on disk, after reading the first ones up to `committedOrder`. */
  fill(store: Store, committedOrder: number, isLeaving: (runKey: RunKey) => boolean): boolean {
    let has = false;
    for (const line of this.#lines.values()) {
      while (line.buffer.length === 0 && line.readUpTo < Math.min(line.lastOrder, committedOrder)) {
        this.#read(line, store, committedOrder, isLeaving);
      }
      has ||= isReady(line, committedOrder);
    }
    return has;
  }

  /** The highest priority of its runs. */
  get urgency(): number {
    let urgency = 0;
    for (const line of this.#lines.values()) {
      if (!isRead(line)) urgency = Math.max(urgency, line.priority);
    }
    return urgency;
  }

  /** Whether it is this lane's turn before the other's: it is more urgent, or else had no turn for longer. */
  precedes(other: Lane, now: number): boolean {
    const mine = levelOf(this.urgency, this.sinceMs, now);
    const theirs = levelOf(other.urgency, other.sinceMs, now);
    return mine === theirs ? this.turn < other.turn : mine > theirs;
  }

  /** The first run of the priority whose turn it is; `fill` has to have found one. */
  take(now: number, committedOrder: number): QueueRow {
    let first: Line | undefined;
    for (const line of this.#lines.values()) {
      if (isReady(line, committedOrder) && (!first || comesBefore(line, first, now))) first = line;
    }
    const row = first?.buffer.shift();
    if (!first || !row) throw new RangeError(`no run of lane '${this.name}' is in memory`);
    first.sinceMs = now;
    return row;
  }

  #line(priority: number, readUpTo: number, sinceMs: number): Line {
    let line = this.#lines.get(priority);
    if (!line) {
      line = { priority, buffer: [], readUpTo, lastOrder: readUpTo, sinceMs };
      this.#lines.set(priority, line);
    }
    return line;
  }

  #read(line: Line, store: Store, committedOrder: number, isLeaving: (runKey: RunKey) => boolean): void {
    const rows = store.queueOf(this.name, line.priority, line.readUpTo, BUFFER_MAX);
    for (const row of rows) if (!isLeaving(row.runKey)) line.buffer.push(row);
    const last = rows.at(-1);
    const isAll = rows.length < BUFFER_MAX;
    line.readUpTo = isAll || !last ? Math.min(line.lastOrder, committedOrder) : last.order;
  }
}

function isRead(line: Line): boolean {
  return line.buffer.length === 0 && line.readUpTo >= line.lastOrder;
}

/** What is not on disk yet can't begin. */
function isReady(line: Line, committedOrder: number): boolean {
  return (line.buffer[0]?.order ?? Infinity) <= committedOrder;
}

function comesBefore(line: Line, other: Line, now: number): boolean {
  const mine = levelOf(line.priority, line.sinceMs, now);
  const theirs = levelOf(other.priority, other.sinceMs, now);
  if (mine !== theirs) return mine > theirs;
  return line.sinceMs === other.sinceMs ? line.priority > other.priority : line.sinceMs < other.sinceMs;
}

/** A priority, and what it gained by waiting. */
function levelOf(priority: number, sinceMs: number, now: number): number {
  return Math.min(PRIORITY_MAX, priority + Math.floor(Math.max(0, now - sinceMs) / AGEING_MS));
}
