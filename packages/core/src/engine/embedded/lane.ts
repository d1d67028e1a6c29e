/** The runs that wait for the same places, per priority in the order in which they were queued. */
import type { QueueRow, RunKey, Store } from "../store.ts";

/** A run that waits so long is as urgent as one of the next priority. */
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
}

export class Lane {
  readonly name: string;
  readonly places: readonly string[];
  /** How often it had its turn, against the others. */
  round: number;
  /** Counts the turns of all lanes; 0: it had none. */
  servedAt: number;
  readonly #lines = new Map<number, Line>();
  /** Runs that left, while the log may still have them queued. */
  readonly #removed = new Set<RunKey>();

  constructor(name: string, places: readonly string[], round: number, servedAt: number) {
    this.name = name;
    this.places = places;
    this.round = round;
    this.servedAt = servedAt;
  }

  get isEmpty(): boolean {
    for (const line of this.#lines.values()) if (!isRead(line)) return false;
    return true;
  }

  /** @param row undefined: it is on disk */
  put(priority: number, order: number, row: QueueRow | undefined): void {
    let line = this.#lines.get(priority);
    if (!line) {
      const readUpTo = row ? order - 1 : 0;
      this.#lines.set(priority, (line = { priority, buffer: [], readUpTo, lastOrder: readUpTo }));
    }
    if (row && line.readUpTo === line.lastOrder && line.buffer.length < BUFFER_MAX) {
      line.buffer.push(row);
      line.readUpTo = order;
    }
    line.lastOrder = order;
  }

  remove(priority: number, runKey: RunKey): void {
    const line = this.#lines.get(priority);
    const index = line?.buffer.findIndex((row) => row.runKey === runKey) ?? -1;
    if (index >= 0) line?.buffer.splice(index, 1);
    else this.#removed.add(runKey);
  }

  /** Whether there is a run in memory, after reading what is on disk up to `committedOrder`. */
  fill(store: Store, committedOrder: number): boolean {
    let has = false;
    for (const line of this.#lines.values()) {
      while (line.buffer.length === 0 && line.readUpTo < Math.min(line.lastOrder, committedOrder)) {
        this.#read(line, store, committedOrder);
      }
      has ||= line.buffer.length > 0;
    }
    return has;
  }

  /** Whether it is this lane's turn before the other's: the more urgent first run, else the fewer turns so far. */
  precedes(other: Lane, now: number): boolean {
    const [mine, theirs] = [this.#level(now), other.#level(now)];
    if (mine !== theirs) return mine > theirs;
    return this.round === other.round ? this.servedAt < other.servedAt : this.round < other.round;
  }

  /** The most urgent run, the oldest of them; there has to be one in memory. */
  take(now: number): QueueRow {
    const row = this.#first(now)?.buffer.shift();
    if (!row) throw new RangeError(`no run of lane '${this.name}' is in memory`);
    return row;
  }

  #read(line: Line, store: Store, committedOrder: number): void {
    const rows = store.queueOf(this.name, line.priority, line.readUpTo, BUFFER_MAX);
    for (const row of rows) if (!this.#removed.delete(row.runKey)) line.buffer.push(row);
    const last = rows.at(-1);
    const isAll = rows.length < BUFFER_MAX;
    line.readUpTo = isAll || !last ? Math.min(line.lastOrder, committedOrder) : last.order;
  }

  #level(now: number): number {
    const line = this.#first(now);
    return line ? levelOf(line, now) : -1;
  }

  #first(now: number): Line | undefined {
    let first: Line | undefined;
    for (const line of this.#lines.values()) {
      if (line.buffer.length > 0 && (!first || comesBefore(line, first, now))) first = line;
    }
    return first;
  }
}

function isRead(line: Line): boolean {
  return line.buffer.length === 0 && line.readUpTo >= line.lastOrder;
}

function comesBefore(line: Line, other: Line, now: number): boolean {
  const [mine, theirs] = [levelOf(line, now), levelOf(other, now)];
  return mine === theirs ? orderOf(line) < orderOf(other) : mine > theirs;
}

function orderOf(line: Line): number {
  return line.buffer[0]?.order ?? Infinity;
}

/** The priority of the first run, and what it gained by waiting. */
function levelOf(line: Line, now: number): number {
  const waitedMs = now - (line.buffer[0]?.queuedAt ?? now);
  return Math.min(PRIORITY_MAX, line.priority + Math.floor(waitedMs / AGEING_MS));
}
