/**
 * References to stored values. The interpreter never holds an agent's output, only where it is stored and how stored
 * values are put together, so that each output is stored once (E12) and a walk that is repeated reads none of them.
 */
import type { StepError } from "./outcome.ts";

/** Where an engine keeps one value; opaque to everyone else. */
export type PayloadId = number;

export type Reference =
  | { readonly of: "nothing" }
  | { readonly of: "payload"; readonly id: PayloadId }
  /** One element of a stored list. */
  | { readonly of: "item"; readonly list: Reference; readonly index: number }
  /** Elements `from` up to but without `to` of a stored list. */
  | { readonly of: "slice"; readonly list: Reference; readonly from: number; readonly to: number }
  | { readonly of: "list"; readonly parts: readonly Reference[] }
  /** The lists that the parts refer to, one after the other. */
  | { readonly of: "concat"; readonly parts: readonly Reference[] }
  | { readonly of: "object"; readonly entries: readonly (readonly [string, Reference])[] }
  /** Each element of the list as a success. */
  | { readonly of: "settled-list"; readonly list: Reference }
  | { readonly of: "settled-output"; readonly output: Reference }
  | { readonly of: "settled-error"; readonly error: StepError };

/** The reference to `undefined`. */
export const NOTHING: Reference = { of: "nothing" };
