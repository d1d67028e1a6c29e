/**
 * Finds the patterns that serve a context without looking at the others: by domain, then by agent type, then by the
 * value of one attribute. A look-up costs one map access for each part of the context's domain, and for each of its
 * attributes; it does not grow with the patterns of other domains, agent types and values.
 *
 * Tried one by one are only patterns of the same domain and agent type that ask for no attribute by value, and, for a
 * domain not seen lately, those whose domain is an expression.
 */
import type { Context } from "../delegation/context.ts";
import { fitOf, fitOfDomain } from "./serves.ts";
import { emptyRoom, isEmptyRoom, putIn, seeIn, takeFrom, type Indexed, type Room } from "./shelves.ts";

export interface Fitting<Entry extends Indexed> {
  readonly entry: Entry;
  readonly fit: number;
}

/** Domains whose expressions are remembered. */
const REMEMBERED_MAX = 1_000;
const REMEMBERED_LENGTH_MAX = 200;

export class PatternIndex<Entry extends Indexed> {
  readonly #exact = new Map<string, Room<Entry>>();
  readonly #below = new Map<string, Room<Entry>>();
  readonly #any: Room<Entry> = emptyRoom();
  readonly #expressions = new Set<Entry>();
  /** The entries with an expression that a domain matches, of the domains asked for last. */
  readonly #matched = new Map<string, readonly Entry[]>();

  add(entry: Entry): void {
    const { domain } = entry.matching;
    if (domain.kind === "any") putIn(this.#any, entry);
    else if (domain.kind === "expression") {
      this.#expressions.add(entry);
      this.#matched.clear();
    } else {
      const rooms = this.#roomsOf(domain.kind);
      const room = rooms.get(domain.name) ?? emptyRoom();
      rooms.set(domain.name, room);
      putIn(room, entry);
    }
  }

  remove(entry: Entry): void {
    const { domain } = entry.matching;
    if (domain.kind === "any") takeFrom(this.#any, entry);
    else if (domain.kind === "expression") {
      this.#expressions.delete(entry);
      this.#matched.clear();
    } else {
      const rooms = this.#roomsOf(domain.kind);
      const room = rooms.get(domain.name);
      if (!room) return;
      takeFrom(room, entry);
      if (isEmptyRoom(room)) rooms.delete(domain.name);
    }
  }

  /** The entries that serve the context, the best fitting first. */
  serving(context: Context): Fitting<Entry>[] {
    const found: Fitting<Entry>[] = [];
    const see = (entry: Entry): void => {
      const fit = fitOf(entry.matching, context);
      if (fit !== undefined) found.push({ entry, fit });
    };
    for (const room of this.#roomsAround(context.domain)) seeIn(room, context, see);
    for (const entry of this.#matching(context.domain)) see(entry);
    return found.toSorted((left, right) => right.fit - left.fit || left.entry.order - right.entry.order);
  }

  #roomsAround(domain: string): Room<Entry>[] {
    const rooms = [this.#any];
    const exact = this.#exact.get(domain);
    if (exact) rooms.push(exact);
    if (this.#below.size === 0) return rooms;
    for (let end = domain.length; end > 0; end = domain.lastIndexOf(".", end - 1)) {
      const below = this.#below.get(domain.slice(0, end));
      if (below) rooms.push(below);
    }
    return rooms;
  }

  #matching(domain: string): readonly Entry[] {
    if (this.#expressions.size === 0) return [];
    const remembered = this.#matched.get(domain);
    if (remembered) return remembered;
    const matched = [...this.#expressions].filter(
      ({ matching }) => fitOfDomain(matching, domain) !== undefined,
    );
    if (domain.length > REMEMBERED_LENGTH_MAX) return matched;
    const [oldest] = this.#matched.keys();
    if (this.#matched.size >= REMEMBERED_MAX && oldest !== undefined) this.#matched.delete(oldest);
    this.#matched.set(domain, matched);
    return matched;
  }

  #roomsOf(kind: "exact" | "below"): Map<string, Room<Entry>> {
    return kind === "exact" ? this.#exact : this.#below;
  }
}
