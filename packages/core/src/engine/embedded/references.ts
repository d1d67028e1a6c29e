/**
 * Turns references into values. Every call decodes anew, so that no two users share an object.
 *
 * Elements of long lists are asked for one after the other (the items of a `forEach`); the decoded list is kept until
 * another one is asked for, so that n items cost one decoding of the list and one copy of each item.
 */
import { decode, encode } from "../../delegation/codec.ts";
import type { PayloadId, Reference } from "../../delegation/reference.ts";
import type { Encoded } from "../engine.ts";

export class References {
  readonly #payload: (id: PayloadId) => Encoded;
  #list: { readonly id: PayloadId; readonly items: readonly unknown[] } | undefined;

  constructor(payload: (id: PayloadId) => Encoded) {
    this.#payload = payload;
  }

  /** The value, a fresh copy. */
  read(reference: Reference): unknown {
    switch (reference.of) {
      case "nothing":
        return undefined;
      case "payload":
        return decode(this.#payload(reference.id));
      case "item":
        return copy(this.#items(reference.list)[reference.index]);
      case "slice":
        return copy(this.#items(reference.list).slice(reference.from, reference.to));
      case "list":
        return reference.parts.map((part) => this.read(part));
      case "concat":
        return reference.parts.flatMap((part) => this.#concatenated(part));
      case "object":
        return Object.fromEntries(reference.entries.map(([key, part]) => [key, this.read(part)]));
      case "settled-output":
        return { ok: true, output: this.read(reference.output) };
      case "settled-list":
        return asList(this.read(reference.list)).map((output) => ({ ok: true, output }));
      case "settled-error":
        return { ok: false, error: reference.error };
    }
  }

  #concatenated(part: Reference): readonly unknown[] {
    const value = this.read(part);
    return Array.isArray(value) ? value : [value];
  }

  #items(list: Reference): readonly unknown[] {
    if (list.of !== "payload") return asList(this.read(list));
    if (this.#list?.id !== list.id) this.#list = { id: list.id, items: asList(this.read(list)) };
    return this.#list.items;
  }
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function copy(value: unknown): unknown {
  return typeof value === "object" && value !== null ? decode(encode(value)) : value;
}
