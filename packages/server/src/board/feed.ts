/** The latest events of the log, so that many readers follow it with one reading. */
import type { Event } from "@reeve/core";

/** About 10 MB where events are large. */
const EVENTS_KEPT = 10_000;

export class Feed {
  /** A ring: the event with number n stands at n % EVENTS_KEPT. */
  readonly #events: Event[] = [];
  #count = 0;
  /** Everything after this position is kept. */
  #since = 0;
  #position = 0;
  #lastAt = 0;

  push(event: Event): void {
    const slot = this.#count++ % EVENTS_KEPT;
    const dropped = this.#events[slot];
    if (dropped) this.#since = dropped.position;
    this.#events[slot] = event;
    this.#position = event.position;
    this.#lastAt = event.at;
  }

  /** When the last event that was seen happened; 0 before any. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /** Of the last event. */
  get position(): number {
    return this.#position;
  }

  /** Nothing before is kept; said once, when it is known where the log stood. */
  beginAt(position: number): void {
    this.#since = Math.max(this.#since, position);
    this.#position = Math.max(this.#position, position);
  }

  /** The events after a position in order; undefined where some of them are kept no more. */
  after(position: number): readonly Event[] | undefined {
    if (position < this.#since) return undefined;
    const kept = Math.min(this.#count, EVENTS_KEPT);
    const found: Event[] = [];
    for (let number = this.#count - 1; number >= this.#count - kept; number--) {
      const event = this.#events[number % EVENTS_KEPT];
      if (!event || event.position <= position) break;
      found.push(event);
    }
    return found.toReversed();
  }
}
