/** How a mark is told apart on a chart, beside its colour. */
import type { MarkView } from "../connection/contract.ts";

const LETTERS: Readonly<Record<MarkView["kind"], string>> = {
  process: "S",
  version: "V",
  profile: "P",
  configuration: "C",
};

const COLORS: Readonly<Record<MarkView["kind"], string>> = {
  process: "--muted",
  version: "--accent",
  profile: "--warn",
  configuration: "--calm",
};

/** S: a process started, V: a version, P: a profile, C: something was set, paused or resumed. */
export function letterOf({ kind }: Pick<MarkView, "kind">): string {
  return LETTERS[kind];
}

/** A custom property of the style sheet. */
export function colorOf({ kind }: Pick<MarkView, "kind">): string {
  return COLORS[kind];
}
