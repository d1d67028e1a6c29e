/** What a run's steps changed of its context, as its story keeps it. */
import type { Event } from "@reeve/core";
import type { ContextChangeView, DifferenceView } from "../contract/run-detail.ts";

/** Changes of a run that are kept, the latest ones, and characters of a value. */
const CHANGES_MAX = 200;
const VALUE_CHARACTERS_MAX = 2_000;

type Changed = Extract<Event, { readonly kind: "context-changed" }>;

export function tellContext(changes: ContextChangeView[], event: Changed): void {
  const { path, agent, at, severity, diff } = event;
  const differences = diff.map(({ key, before, after }): DifferenceView => ({
    key,
    before: textOf(before),
    after: textOf(after),
  }));
  if (changes.push({ path, agent, at, severity, differences }) > CHANGES_MAX) changes.shift();
}

function textOf(value: unknown): string | null {
  // Undefined for what is not there, whatever its type says.
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) return null;
  return text.length <= VALUE_CHARACTERS_MAX ? text : `${text.slice(0, VALUE_CHARACTERS_MAX)}…`;
}
