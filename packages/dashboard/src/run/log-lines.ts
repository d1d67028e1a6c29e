/**
 * The log lines of a run, found among its events as they come: each event is looked at once.
 *
 * Bounded: the latest `LINES_MAX` lines; the runtime itself keeps no more of a run.
 */
import { signal, type ReadonlySignal } from "@preact/signals";
import type { EventView } from "../connection/contract.ts";
import type { ReadEvents } from "./event-pages.ts";

const LINES_MAX = 1_000;
const AT_ONCE = 5_000;

/** What was logged so far. */
export class LogLines {
  readonly #read: ReadEvents;
  readonly #lines = signal<readonly EventView[]>([]);
  readonly #seen = signal(0);
  #position = 0;
  #isReading = false;

  constructor(read: ReadEvents) {
    this.#read = read;
  }

  get lines(): ReadonlySignal<readonly EventView[]> {
    return this.#lines;
  }

  /** How many events were looked at. */
  get seen(): ReadonlySignal<number> {
    return this.#seen;
  }

  /** Looks at the events up to this many. @throws what reading throws */
  async lookUpTo(count: number): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#seen.peek() < count) {
        const events = await this.#read(this.#position, AT_ONCE);
        const last = events.at(-1);
        if (last === undefined) return;
        this.#position = last.position;
        const found = events.filter(({ kind }) => kind === "step-logged");
        if (found.length > 0) this.#lines.value = [...this.#lines.peek(), ...found].slice(-LINES_MAX);
        this.#seen.value += events.length;
      }
    } finally {
      this.#isReading = false;
    }
  }
}
