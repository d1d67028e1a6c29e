/**
 * The first entries of many sorted groups, in one order.
 *
 * Every group gives its first entry; then only groups whose entries all made it into the page are
 * asked for more, four times as many each time. With g groups and pages of n that is g index searches and a few times
 * n rows, whatever the number of runs.
 */
import { numberIn, type Row } from "./columns.ts";

export interface Entry {
  readonly key: number;
  /** What the page is sorted by; the key decides between equals. */
  readonly value: number;
}

/** @param read gives the first `count` rows of a group, with columns `key` and `value`, in the wanted order */
export function firstOfGroups<Group>(
  groups: readonly Group[],
  limit: number,
  descending: boolean,
  read: (group: Group, count: number) => readonly Row[],
): readonly Entry[] {
  const sign = descending ? -1 : 1;
  const order = (left: Entry, right: Entry): number =>
    sign * (left.value - right.value || left.key - right.key);
  const parts = groups.map((group) => new Part(group, read));
  const page: Entry[] = [];
  while (page.length < limit) {
    let best: Part<Group> | undefined;
    let first: Entry | undefined;
    for (const part of parts) {
      const { next } = part;
      if (next && (!first || order(next, first) < 0)) [best, first] = [part, next];
    }
    if (!best || !first) break;
    page.push(first);
    best.take(limit);
  }
  return page;
}

/** One group: nothing more is read of it before all that was read is on the page. */
class Part<Group> {
  readonly #group: Group;
  readonly #read: (group: Group, count: number) => readonly Row[];
  #entries: readonly Entry[] = [];
  #asked = 1;
  #taken = 0;

  constructor(group: Group, read: (group: Group, count: number) => readonly Row[]) {
    this.#group = group;
    this.#read = read;
    this.#entries = read(group, 1).map(entryIn);
  }

  get next(): Entry | undefined {
    return this.#entries[this.#taken];
  }

  /** The next one is on the page, which has `limit` of them in all. */
  take(limit: number): void {
    this.#taken++;
    const isMore = this.#taken === this.#asked && this.#asked < limit;
    if (!isMore) return;
    this.#asked = Math.min(limit, this.#asked * 4);
    this.#entries = this.#read(this.#group, this.#asked).map(entryIn);
  }
}

function entryIn(row: Row): Entry {
  return { key: numberIn(row, "key"), value: numberIn(row, "value") };
}
