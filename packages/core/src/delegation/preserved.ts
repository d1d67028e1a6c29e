/** What a pattern declares to survive, and what breaks it: the words for it; holding contexts against it is preservation.ts's. */
import type { ContextDifference } from "./changed.ts";

/** A key of the context: of its own, or an attribute with as many names below it as there are. */
export type PreservedKey =
  | "domain"
  | "agentType"
  | "priority"
  | "grants"
  | "attributes"
  | `attributes.${string}`;

/** What one pattern of a run has declared. */
export interface Preserved {
  readonly pattern: string;
  readonly keys: readonly PreservedKey[];
}

/** A declared key that differs from its value at the run's start. */
export interface Breach extends ContextDifference {
  /** The pattern that declares it. */
  readonly pattern: string;
}

const OWN_KEYS = ["domain", "agentType", "priority", "grants", "attributes"];

/** Whether a pattern can declare that this survives. */
export function isPreservable(key: unknown): key is PreservedKey {
  if (typeof key !== "string") return false;
  return OWN_KEYS.includes(key) || /^attributes(\.[^.]+)+$/.test(key);
}
