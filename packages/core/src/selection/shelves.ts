/**
 * The entries of one domain, by agent type, and by the value of one attribute where they ask for one.
 *
 * Invariant: (S1) an entry is in every set that its matching names, or in none; no set or map is kept empty.
 */
import type { Context } from "../delegation/context.ts";
import type { Condition, Scalar } from "./condition.ts";
import type { Matching } from "./matching.ts";

/** What is found. */
export interface Indexed {
  readonly matching: Matching;
  /** Of equally fitting entries the one with the lower order comes first. */
  readonly order: number;
}

export interface Room<Entry> {
  readonly forAll: Shelf<Entry>;
  readonly byAgentType: Map<string, Shelf<Entry>>;
}

interface Shelf<Entry> {
  /** Those that ask for no attribute by its value. */
  readonly plain: Set<Entry>;
  readonly byAttribute: Map<string, Map<Scalar, Set<Entry>>>;
}

export function emptyRoom<Entry>(): Room<Entry> {
  return { forAll: emptyShelf(), byAgentType: new Map() };
}

export function isEmptyRoom({ forAll, byAgentType }: Room<unknown>): boolean {
  return byAgentType.size === 0 && isEmptyShelf(forAll);
}

export function putIn<Entry extends Indexed>(room: Room<Entry>, entry: Entry): void {
  const { agentTypes, conditions } = entry.matching;
  const listed = listedIn(conditions);
  const shelves = agentTypes?.map((agentType) => getOrAdd(room.byAgentType, agentType, emptyShelf<Entry>));
  for (const { plain, byAttribute } of shelves ?? [room.forAll]) {
    if (!listed) plain.add(entry);
    else {
      const byValue = getOrAdd(byAttribute, listed.attribute, () => new Map<Scalar, Set<Entry>>());
      for (const value of listed.values) getOrAdd(byValue, value, () => new Set<Entry>()).add(entry);
    }
  }
}

export function takeFrom<Entry extends Indexed>(room: Room<Entry>, entry: Entry): void {
  const { agentTypes } = entry.matching;
  if (!agentTypes) takeFromShelf(room.forAll, entry);
  for (const agentType of agentTypes ?? []) {
    const shelf = room.byAgentType.get(agentType);
    if (!shelf) continue;
    takeFromShelf(shelf, entry);
    if (isEmptyShelf(shelf)) room.byAgentType.delete(agentType);
  }
}

/** Hands over every entry that the context's agent type and attributes lead to; conditions are not all looked at. */
export function seeIn<Entry>(room: Room<Entry>, context: Context, see: (entry: Entry) => void): void {
  for (const shelf of [room.forAll, room.byAgentType.get(context.agentType)]) {
    if (!shelf) continue;
    for (const entry of shelf.plain) see(entry);
    if (shelf.byAttribute.size === 0) continue;
    for (const [attribute, value] of Object.entries(context.attributes)) {
      // A list or an object equals no value that a condition can name.
      if (typeof value === "object" && value !== null) continue;
      for (const entry of shelf.byAttribute.get(attribute)?.get(value) ?? []) see(entry);
    }
  }
}

function takeFromShelf<Entry extends Indexed>({ plain, byAttribute }: Shelf<Entry>, entry: Entry): void {
  plain.delete(entry);
  const listed = listedIn(entry.matching.conditions);
  const byValue = listed && byAttribute.get(listed.attribute);
  if (!byValue) return;
  for (const value of listed.values) {
    const entries = byValue.get(value);
    entries?.delete(entry);
    if (entries?.size === 0) byValue.delete(value);
  }
  if (byValue.size === 0) byAttribute.delete(listed.attribute);
}

/** The condition that says most: the one with the fewest values. */
function listedIn(conditions: readonly Condition[]): (Condition & { values: readonly Scalar[] }) | undefined {
  return conditions.filter(isListed).toSorted((left, right) => left.values.length - right.values.length)[0];
}

function isListed(condition: Condition): condition is Condition & { values: readonly Scalar[] } {
  return condition.values !== undefined;
}

function emptyShelf<Entry>(): Shelf<Entry> {
  return { plain: new Set(), byAttribute: new Map() };
}

function isEmptyShelf({ plain, byAttribute }: Shelf<unknown>): boolean {
  return plain.size + byAttribute.size === 0;
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
