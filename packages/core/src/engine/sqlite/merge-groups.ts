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
  const parts = groups.map((group) => ({
    group,
    asked: 1,
    entries: read(group, 1).map(entryIn),
  }));
  for (;;) {
    const page = parts
      .flatMap(({ entries }) => entries)
      .toSorted(order)
      .slice(0, limit);
    const end = page[limit - 1];
    const short = parts.filter(({ entries, asked }) => {
      const last = entries[asked - 1];
      return asked < limit && last !== undefined && (!end || order(last, end) <= 0);
    });
    if (short.length === 0) return page;
    for (const part of short) {
      part.asked = Math.min(limit, part.asked * 4);
      part.entries = read(part.group, part.asked).map(entryIn);
    }
  }
}

function entryIn(row: Row): Entry {
  return { key: numberIn(row, "key"), value: numberIn(row, "value") };
}
