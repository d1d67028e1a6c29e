/** Drawing from a seeded generator: the words in which programs are drawn. */
import { hash } from "node:crypto";
import type { Random } from "../random.ts";

export interface Draw {
  /** True with probability `share`. */
  chance(share: number): boolean;
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  pick<const Item>(items: readonly [Item, ...Item[]]): Item;
}

export function drawFrom(random: Random): Draw {
  const whole = (least: number, most: number): number =>
    least + Math.floor(random.next() * (most - least + 1));
  return {
    chance: (share) => random.next() < share,
    whole,
    pick: (items) => items[whole(0, items.length - 1)] ?? items[0],
  };
}

/** A number from 0 to 65,535 that depends on nothing but `value`, where a stack does not count. */
export function mix(value: unknown): number {
  return Number.parseInt(hash("sha256", stackless(value), "hex").slice(0, 4), 16);
}

/** The value as text without the stacks of errors, which tell who called and not what happened. */
export function stackless(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => (key === "stack" ? undefined : part)) ?? "nothing";
}
