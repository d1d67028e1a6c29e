/**
 * Lanes that wait for the same thing, the one whose turn is next first.
 *
 * Of lanes with one priority the one that had no turn for longest is also the most aged, so that a heap by turn per
 * priority holds for all times, and only the first of each are compared when it is asked. With n lanes adding, removing
 * and taking cost O(log n).
 */
import type { Lane } from "./lane.ts";

export class Waitlist {
  /** Per priority a binary heap: each lane had its turn before the two below it. */
  readonly #heaps = new Map<number, Lane[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(lane: Lane): void {
    const { urgency } = lane;
    let heap = this.#heaps.get(urgency);
    if (!heap) this.#heaps.set(urgency, (heap = []));
    lane.spot = { list: this, urgency, index: heap.length };
    heap.push(lane);
    rise(heap, heap.length - 1);
    this.#size++;
  }

  remove(lane: Lane): void {
    const { spot } = lane;
    const heap = spot?.list === this ? this.#heaps.get(spot.urgency) : undefined;
    const last = heap?.pop();
    if (!spot || !heap || !last) return;
    lane.spot = undefined;
    this.#size--;
    if (last === lane) return;
    place(heap, spot.index, last);
    rise(heap, spot.index);
    sink(heap, last.spot?.index ?? 0);
  }

  /** The lane whose turn is next. */
  first(now: number): Lane | undefined {
    let first: Lane | undefined;
    for (const [head] of this.#heaps.values()) {
      if (head && (!first || head.precedes(first, now))) first = head;
    }
    return first;
  }
}

function rise(heap: Lane[], from: number): void {
  for (let index = from; index > 0;) {
    const above = (index - 1) >> 1;
    if (!swapIfBefore(heap, index, above)) return;
    index = above;
  }
}

function sink(heap: Lane[], from: number): void {
  for (let index = from; ;) {
    const [left, right] = [2 * index + 1, 2 * index + 2];
    const next = isBefore(heap[right], heap[left]) ? right : left;
    if (!swapIfBefore(heap, next, index)) return;
    index = next;
  }
}

/** Whether the lower one had its turn before the upper one; then they change places. */
function swapIfBefore(heap: Lane[], lower: number, upper: number): boolean {
  const [low, high] = [heap[lower], heap[upper]];
  if (!low || !high || !isBefore(low, high)) return false;
  place(heap, upper, low);
  place(heap, lower, high);
  return true;
}

function place(heap: Lane[], index: number, lane: Lane): void {
  heap[index] = lane;
  if (lane.spot) lane.spot.index = index;
}

function isBefore(lane: Lane | undefined, other: Lane | undefined): boolean {
  return lane !== undefined && other !== undefined && lane.turn < other.turn;
}
