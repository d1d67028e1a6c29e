/**
 * Values on their way into a thread and back. A structured clone would empty the wrappers of secrets, so that values with
 * one in them cross as the codec's text.
 */
import { decode, encode } from "../delegation/codec.ts";
import { holdsWrapped } from "../secrets/secret.ts";

export type Crossing = { readonly value: unknown } | { readonly text: string };

/** @throws ReeveError `value-not-storable` */
export function pack(value: unknown, what: string): Crossing {
  return holdsWrapped(value) ? { text: encode(value, what) } : { value };
}

export function unpack(crossing: Crossing): unknown {
  return "text" in crossing ? decode(crossing.text) : crossing.value;
}
