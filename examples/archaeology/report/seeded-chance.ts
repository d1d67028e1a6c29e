/** Owns the chance of the fixtures: the same numbers for the same seed. */

/** Gives numbers from 0 up to 1. */
export type Chance = () => number;

/** Mulberry32. */
export function seeded(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** One of the items. */
export function pick<Item>(items: readonly Item[], chance: Chance, fallback: Item): Item {
  return items[Math.floor(chance() * items.length)] ?? fallback;
}
