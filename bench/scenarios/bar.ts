/** A figure that must be reached, and whether it was. */
import { table } from "../table.ts";

export interface Bar {
  readonly name: string;
  /** With its unit. */
  readonly value: string;
  /** With its sense, such as "≤ 20 ms". */
  readonly bar: string;
  readonly met: boolean;
}

/** The bar of a value that must not be larger than `max`; a value that is not a number misses it. */
export function atMost(name: string, value: number, max: number, unit: string, digits: number): Bar {
  return {
    name,
    value: `${value.toFixed(digits)} ${unit}`,
    bar: `≤ ${max.toFixed(Number.isInteger(max) ? 0 : digits)} ${unit}`,
    met: value <= max,
  };
}

/** The bar of a value that must not be smaller than `min`; a value that is not a number misses it. */
export function atLeast(name: string, value: number, min: number, unit: string, digits: number): Bar {
  return {
    name,
    value: `${value.toFixed(digits)} ${unit}`,
    bar: `≥ ${min.toFixed(Number.isInteger(min) ? 0 : digits)} ${unit}`,
    met: value >= min,
  };
}

/** The bar of something that must hold as a whole. */
export function all(name: string, reached: number, of: number): Bar {
  const value = `${reached.toLocaleString("en-US")} of ${of.toLocaleString("en-US")}`;
  return { name, value, bar: "all", met: reached === of };
}

/** One line per bar, then how many were met. */
export function barsText(bars: readonly Bar[]): string {
  const rows = bars.map(({ name, value, bar, met }) => [name, value, bar, met ? "met" : "MISSED"]);
  const met = bars.filter((bar) => bar.met).length;
  return `${table(["bar", "measured", "bar is", ""], rows)}\n\n${met} of ${bars.length} bars met`;
}

export function lineOf({ name, value, bar, met }: Bar): string {
  return `${met ? "met   " : "MISSED"}  ${name}: ${value} (bar ${bar})`;
}
