/**
 * The secret values a process knows of, and the search for them in text.
 *
 * Every form of a value is found by its first 8 characters: one look-up for each place in a text whose two next
 * characters begin a form, however many values there are. Of forms of 32 characters and more, any piece of 63 is found
 * too, since text is cut; a shorter form is also found where its rest was cut off.
 *
 * Invariants: (V1) a value that is held is found; (V2) besides them at most 2,048 values are remembered, those that were
 * let go last.
 */
import { formsOf, SEEN_LENGTH_MIN } from "./forms.ts";
import { REDACTED } from "./secret.ts";

const RECENT_MAX = 2_048;
const LONG = 32;
/** Pieces of longer forms are looked for in so many of their characters. */
const PIECES_LENGTH_MAX = 65_536;
/** Where our own cuts and those of inspection show. */
const CUTS = /…|["'`]?\.\.\. /g;

interface Entry {
  /** Whose form it is. */
  readonly value: string;
  readonly form: string;
  /** Where in the form its 8 characters stand. */
  readonly at: number;
}

interface Match {
  readonly from: number;
  readonly to: number;
}

export class SeenSecrets {
  readonly #entries = new Map<string, Entry[]>();
  /** How often each value is held. */
  readonly #held = new Map<string, number>();
  /** Least lately let go first. */
  readonly #recent = new Set<string>();
  /** Marks pairs of characters with which an entry begins; a mark without entry costs a look-up, no more. */
  readonly #marks = new Uint8Array(65_536);

  /** Looks for the values from now on, until they are let go as often as they were held. */
  hold(values: Iterable<string>): void {
    for (const value of values) {
      if (value.length < SEEN_LENGTH_MIN) continue;
      const count = this.#held.get(value) ?? 0;
      this.#held.set(value, count + 1);
      if (count === 0 && !this.#recent.delete(value)) this.#add(value);
    }
  }

  release(values: Iterable<string>): void {
    for (const value of values) {
      const count = this.#held.get(value);
      if (count === undefined) continue;
      if (count > 1) {
        this.#held.set(value, count - 1);
        continue;
      }
      this.#held.delete(value);
      this.#recent.add(value);
      const [oldest] = this.#recent;
      if (this.#recent.size > RECENT_MAX && oldest !== undefined) this.#remove(oldest);
    }
  }

  /** How many values are looked for. */
  get size(): number {
    return this.#held.size + this.#recent.size;
  }

  occursIn(text: string): boolean {
    return this.#entries.size > 0 && this.#find(text, 0) !== undefined;
  }

  /** The text with every such value replaced. */
  mask(text: string): string {
    if (this.#entries.size === 0 || text.length < SEEN_LENGTH_MIN) return text;
    let masked = "";
    let end = 0;
    for (let match = this.#find(text, 0); match; match = this.#find(text, end)) {
      masked += text.slice(end, match.from) + REDACTED;
      end = match.to;
    }
    return this.#maskBeforeCuts(end === 0 ? text : masked + text.slice(end));
  }

  #add(value: string): void {
    for (const entry of entriesOf(value)) {
      const key = keyOf(entry);
      const known = this.#entries.get(key);
      if (known) known.push(entry);
      else this.#entries.set(key, [entry]);
      this.#marks[markOf(key, 0)] = 1;
    }
  }

  #remove(value: string): void {
    this.#recent.delete(value);
    for (const entry of entriesOf(value)) {
      const key = keyOf(entry);
      const left = (this.#entries.get(key) ?? []).filter((other) => other.value !== value);
      if (left.length > 0) this.#entries.set(key, left);
      else this.#entries.delete(key);
    }
  }

  #find(text: string, from: number): Match | undefined {
    const last = text.length - SEEN_LENGTH_MIN;
    for (let index = from; index <= last; index++) {
      if (this.#marks[markOf(text, index)] === 0) continue;
      const entries = this.#entries.get(text.slice(index, index + SEEN_LENGTH_MIN));
      const match = entries && longest(text, index, from, entries);
      if (match) return match;
    }
    return undefined;
  }

  /** Replaces the beginning of a value whose rest was cut off. */
  #maskBeforeCuts(text: string): string {
    if (!text.includes("…") && !text.includes("... ")) return text;
    let masked = "";
    let end = 0;
    for (const cut of text.matchAll(CUTS)) {
      const from = this.#partBefore(text, cut.index, end);
      if (from === undefined) continue;
      masked += text.slice(end, from) + REDACTED;
      end = cut.index;
    }
    return masked + text.slice(end);
  }

  #partBefore(text: string, end: number, floor: number): number | undefined {
    for (let from = Math.max(floor, end - LONG); from <= end - SEEN_LENGTH_MIN; from++) {
      const part = text.slice(from, end);
      const entries = this.#entries.get(part.slice(0, SEEN_LENGTH_MIN));
      if (entries?.some(({ form, at }) => form.startsWith(part, at))) return from;
    }
    return undefined;
  }
}

/** The match of the entries at `index` that reaches furthest. */
function longest(text: string, index: number, floor: number, entries: readonly Entry[]): Match | undefined {
  let best: Match | undefined;
  for (const { form, at } of entries) {
    const isWhole = at === 0 && text.startsWith(form, index);
    const match = isWhole ? { from: index, to: index + form.length } : pieceAt(text, index, floor, form, at);
    if (match && match.to > (best?.to ?? 0)) best = match;
  }
  return best;
}

/** How far text and form agree around a place, if it is far enough. */
function pieceAt(text: string, index: number, floor: number, form: string, at: number): Match | undefined {
  let to = index + SEEN_LENGTH_MIN;
  while (to < text.length && at + to - index < form.length && text[to] === form[at + to - index]) to++;
  let from = index;
  while (from > floor && at - (index - from) > 0 && text[from - 1] === form[at - (index - from) - 1]) from--;
  return to - from >= LONG ? { from, to } : undefined;
}

function* entriesOf(value: string): Generator<Entry> {
  for (const form of formsOf(value)) {
    yield { value, form, at: 0 };
    const end = Math.min(form.length - LONG, PIECES_LENGTH_MAX);
    for (let at = LONG; at <= end; at += LONG) yield { value, form, at };
  }
}

function keyOf({ form, at }: Entry): string {
  return form.slice(at, at + SEEN_LENGTH_MIN);
}

function markOf(text: string, index: number): number {
  return (text.charCodeAt(index) * 257 + text.charCodeAt(index + 1)) & 0xff_ff;
}
