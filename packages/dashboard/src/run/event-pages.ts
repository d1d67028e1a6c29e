/**
 * The events of a run as a list that can be longer than what is kept: pages of it are read when they come in sight, and
 * the ones out of sight longest are forgotten. The server finds events by their position in the log, which is learned by
 * reading towards it; each start of a page is learned once.
 *
 * Bounded: at most `PAGES_MAX` pages of `PAGE_LENGTH` events, and one number for each page ever passed.
 */
import { signal, type ReadonlySignal } from "@preact/signals";
import { ask } from "../connection/ask.ts";
import type { EventView } from "../connection/contract.ts";

export const PAGE_LENGTH = 500;
const PAGES_MAX = 24;
/** How many pages are read at once on the way to one that is so many or more away, and to a nearer one: while
 * somebody scrolls, an answer must not take long to take in. */
const STRIDE_FAR = 10;
const STRIDE_NEAR = 4;
const RETRY_MS = 3_000;

/** Reads events with a larger position. */
export type ReadEvents = (from: number, limit: number) => Promise<readonly EventView[]>;

/** The events of the run, from the server. */
export function eventsOf(run: string): ReadEvents {
  return async (from, limit) => (await ask("runEvents", { id: run, from, limit })).events;
}

interface Page {
  readonly events: readonly EventView[];
  usedAt: number;
}

/** What of a run's events is at hand. */
export class EventPages {
  readonly #read: ReadEvents;
  readonly #retryMs: number;
  readonly #pages = new Map<number, Page>();
  /** Where each page begins: the position before its first event. */
  readonly #starts: number[] = [0];
  readonly #changes = signal(0);
  #wanted: number | undefined;
  #isReading = false;
  #uses = 0;

  /** @param retryMs how long what failed is left alone */
  constructor(read: ReadEvents, retryMs: number = RETRY_MS) {
    this.#read = read;
    this.#retryMs = retryMs;
  }

  /** Grows whenever more is at hand. */
  get changes(): ReadonlySignal<number> {
    return this.#changes;
  }

  /** How many pages are kept. */
  get size(): number {
    return this.#pages.size;
  }

  /**
   * The event with this index, counted from 0; undefined until it has been read, which this asks for.
   * @param count how many events the run has by now
   */
  at(index: number, count: number): EventView | undefined {
    const number = Math.floor(index / PAGE_LENGTH);
    const page = this.#pages.get(number);
    if (page !== undefined) page.usedAt = ++this.#uses;
    const event = page?.events[index - number * PAGE_LENGTH];
    if (event === undefined && index < count) this.#want(number);
    return event;
  }

  /** The page asked for last is read first: it is the one in sight. */
  #want(number: number): void {
    this.#wanted = number;
    if (!this.#isReading) void this.#readWanted();
  }

  async #readWanted(): Promise<void> {
    this.#isReading = true;
    while (this.#wanted !== undefined) {
      const target = this.#wanted;
      try {
        if (await this.#approach(target)) this.#wanted = this.#wanted === target ? undefined : this.#wanted;
      } catch {
        // The rows stay empty, and are asked for again when they are next drawn: below, after a while.
        await new Promise((resolve) => setTimeout(resolve, this.#retryMs));
        this.#wanted = undefined;
      }
    }
    this.#isReading = false;
    this.#changes.value++;
  }

  /** Whether the page is at hand now, or there is nothing more to read. */
  async #approach(target: number): Promise<boolean> {
    const first = Math.min(target, this.#starts.length - 1);
    const distance = target - first;
    const stride = distance >= STRIDE_FAR ? STRIDE_FAR : STRIDE_NEAR;
    const pages = Math.min(stride, distance + 1);
    const events = await this.#read(this.#starts[first] ?? 0, pages * PAGE_LENGTH);
    for (let index = 0; index * PAGE_LENGTH < events.length; index++) {
      const part = events.slice(index * PAGE_LENGTH, (index + 1) * PAGE_LENGTH);
      const last = part.at(-1);
      if (part.length === PAGE_LENGTH && last !== undefined) this.#starts[first + index + 1] = last.position;
      if (first + index === target) this.#keep(target, part);
    }
    return this.#pages.has(target) || events.length < pages * PAGE_LENGTH;
  }

  #keep(number: number, events: readonly EventView[]): void {
    this.#pages.set(number, { events, usedAt: ++this.#uses });
    while (this.#pages.size > PAGES_MAX) {
      let oldest: readonly [number, Page] | undefined;
      for (const entry of this.#pages) {
        if (oldest === undefined || entry[1].usedAt < oldest[1].usedAt) oldest = entry;
      }
      if (oldest === undefined) return;
      this.#pages.delete(oldest[0]);
    }
  }
}
