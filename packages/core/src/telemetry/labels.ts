/**
 * Which values a label may have. A metric has a series for every combination of its labels' values, so names that users
 * make up are let in up to a limit, and everything later is counted as `other`.
 *
 * Invariants: (1) there are never more than `VALUES_MAX` values beside `other`; (2) a value that was let in stays in
 * until it has not been seen for `IDLE_MS` and its place is wanted; (3) only events decide, so a rebuild lets the same in.
 */

/** Values of one label, `other` not counted. */
export const VALUES_MAX = 100;
/** What takes the place of a value that is not let in. */
export const OTHER = "other";
/** The pattern of a run whose beginning the log does not know any more. */
export const UNKNOWN = "unknown";
/** A series that nothing was counted in for so long, in milliseconds, gives its place up. */
const IDLE_MS = 7 * 86_400_000;
/** How often the idle are looked for while all places are taken. */
const LOOK_EVERY_MS = 60_000;

/** What is counted under one value of a label. */
export interface Counted {
  /** When something was last counted, in epoch milliseconds. */
  seenAt: number;
}

/** A label's values, each with what is counted under it. */
export interface Label<Counts extends Counted> {
  readonly values: Map<string, Counts>;
  /** How often a value was not let in. */
  overflowed: number;
  /** When the idle were last looked for. */
  lookedAt: number;
}

/** A label as a checkpoint keeps it. */
export interface SavedLabel<Counts> {
  readonly values: readonly (readonly [string, Counts])[];
  readonly overflowed: number;
  readonly lookedAt: number;
}

export function newLabel<Counts extends Counted>(): Label<Counts> {
  return { values: new Map(), overflowed: 0, lookedAt: 0 };
}

/** What is counted under this value, or under `other`. */
export function countsOf<Counts extends Counted>(
  label: Label<Counts>,
  value: string,
  at: number,
  make: () => Counts,
): Counts {
  const known = label.values.get(value) ?? admit(label, value, at, make);
  known.seenAt = at;
  return known;
}

export function saveLabel<Counts extends Counted>(label: Label<Counts>): SavedLabel<Counts> {
  return { values: [...label.values], overflowed: label.overflowed, lookedAt: label.lookedAt };
}

export function reviveLabel<Counts extends Counted>(saved: SavedLabel<Counts>): Label<Counts> {
  return { values: new Map(saved.values), overflowed: saved.overflowed, lookedAt: saved.lookedAt };
}

function admit<Counts extends Counted>(
  label: Label<Counts>,
  value: string,
  at: number,
  make: () => Counts,
): Counts {
  const { values } = label;
  if (isFull(label) && at - label.lookedAt >= LOOK_EVERY_MS) {
    label.lookedAt = at;
    for (const [name, counts] of values) if (at - counts.seenAt > IDLE_MS) values.delete(name);
  }
  if (isFull(label)) {
    label.overflowed++;
    return countsOfOther(values, make);
  }
  const counts = make();
  values.set(value, counts);
  return counts;
}

function isFull({ values }: Label<Counted>): boolean {
  return values.size - (values.has(OTHER) ? 1 : 0) >= VALUES_MAX;
}

function countsOfOther<Counts>(values: Map<string, Counts>, make: () => Counts): Counts {
  let counts = values.get(OTHER);
  if (!counts) values.set(OTHER, (counts = make()));
  return counts;
}
