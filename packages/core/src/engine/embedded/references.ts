/**
 * Turns references into values. Every call decodes anew, so that no two users share an object.
 *
 * Elements of long lists are asked for one after the other (the items of a `forEach`); lists lately asked for are kept
 * decoded, so that n items cost one decoding of the list and one copy of each item, also where several runs go on at
 * once.
 */
import { decode, encode } from "../../delegation/codec.ts";
import type { PayloadId, Reference } from "../../delegation/reference.ts";
import type { Encoded } from "../engine.ts";

/** Decoded lists in memory: at most so many, of so many characters in all; one larger list is kept alone. */
const LISTS_MAX = 32;
const CHARACTERS_MAX = 16_000_000;

interface DecodedList {
  readonly items: readonly unknown[];
  readonly characters: number;
}

export class References {
  readonly #payload: (id: PayloadId) => Encoded;
  /** Least lately used first. */
  readonly #lists = new Map<PayloadId, DecodedList>();
  #characters = 0;

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
    const known = this.#lists.get(list.id);
    this.#forget(list.id);
    if (known) return this.#keep(list.id, known).items;
    const encoded = this.#payload(list.id);
    return this.#keep(list.id, { items: asList(decode(encoded)), characters: encoded.length }).items;
  }

  #keep(id: PayloadId, list: DecodedList): DecodedList {
    this.#lists.set(id, list);
    this.#characters += list.characters;
    for (const oldest of this.#lists.keys()) {
      const fits = this.#lists.size <= LISTS_MAX && this.#characters <= CHARACTERS_MAX;
      if (fits || oldest === id) break;
      this.#forget(oldest);
    }
    return list;
  }

  #forget(id: PayloadId): void {
    this.#characters -= this.#lists.get(id)?.characters ?? 0;
    this.#lists.delete(id);
  }
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function copy(value: unknown): unknown {
  return typeof value === "object" && value !== null ? decode(encode(value)) : value;
}
