/**
 * Timers by due time, then by creation: a binary heap in which each timer knows its place, so that a cancelled one
 * leaves at once. Setting, firing and cancelling cost O(log n), and the earliest is at hand.
 *
 * Cancelling lazily would be less code, but attempts set a time limit each and nearly all are cancelled: a test that
 * makes a million attempts would hold a million dead timers.
 */
export interface HeapTimer {
  readonly dueAt: number;
  /** Counts up with each timer made. */
  readonly order: number;
  readonly fire: () => void;
  /** Where it stands in its heap; the heap's own. */
  place: number;
}

export class TimerHeap {
  readonly #timers: HeapTimer[] = [];

  get earliest(): HeapTimer | undefined {
    return this.#timers[0];
  }

  add(timer: HeapTimer): void {
    this.#rise(timer, this.#timers.length);
  }

  /** Takes the timer out, if it is there. */
  remove(timer: HeapTimer): boolean {
    const { place } = timer;
    if (this.#timers[place] !== timer) return false;
    const last = this.#timers.pop();
    if (last === undefined || last === timer) return true;
    // The last one takes the place that is free, and goes to where it belongs.
    const above = this.#timers[(place - 1) >> 1];
    if (above && isBefore(last, above)) this.#rise(last, place);
    else this.#sink(last, place);
    return true;
  }

  /** Moves every timer into `other`. */
  drainInto(other: TimerHeap): void {
    for (const timer of this.#timers.splice(0)) other.add(timer);
  }

  #rise(timer: HeapTimer, from: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.#timers[parent];
      if (!above || !isBefore(timer, above)) break;
      this.#put(above, place);
      place = parent;
    }
    this.#put(timer, place);
  }

  #sink(timer: HeapTimer, from: number): void {
    let place = from;
    for (;;) {
      const left = this.#timers[2 * place + 1];
      const right = this.#timers[2 * place + 2];
      const rightFirst = left !== undefined && right !== undefined && isBefore(right, left);
      const child = rightFirst ? right : left;
      if (!child || !isBefore(child, timer)) break;
      this.#put(child, place);
      place = 2 * place + (rightFirst ? 2 : 1);
    }
    this.#put(timer, place);
  }

  #put(timer: HeapTimer, place: number): void {
    this.#timers[place] = timer;
    timer.place = place;
  }
}

export function isBefore(one: HeapTimer, other: HeapTimer): boolean {
  return one.dueAt === other.dueAt ? one.order < other.order : one.dueAt < other.dueAt;
}
