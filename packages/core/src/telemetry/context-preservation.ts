/**
 * A fold: what became of the contexts of runs. How many runs of the patterns that declare what must survive have kept it,
 * and what broke it where; apart from that, which steps change what nobody has declared.
 *
 * Invariant: bounded: at most `PATTERNS_MAX` patterns, those seen longest ago go first, with at most `PLACES_MAX` places
 * each of what was broken and of what was changed.
 */
import type { ChangeSeverity, ContextDifference } from "../delegation/changed.ts";
import type { Event } from "../delegation/event.ts";
import type { Fold } from "../delegation/fold.ts";
import { pathOfAll, type Path } from "../delegation/path.ts";
import { isOfLog } from "../delegation/controls.ts";

const PATTERNS_MAX = 500;
/** How many go at once when there are too many. */
const DROPPED = 50;
const PLACES_MAX = 50;
const VALUE_LENGTH_MAX = 100;
/** What the walk adds to the path of a `delegate` when it plans the child. */
const PLAN = /\/?!plan$/;

/** A key of the context and the step that changed it, or would have. */
export interface ContextPlace {
  readonly key: string;
  /** Of the step, without the indexes of items. */
  readonly path: Path;
  /** Undefined where a `delegate` handed the context on. */
  readonly agent: string | undefined;
  /** How much the change weighs; undefined where it was refused. */
  readonly severity: ChangeSeverity | undefined;
  times: number;
  /** Epoch milliseconds. */
  firstAt: number;
  lastAt: number;
  /** The latest: in which run, and the values as JSON, without secrets; undefined where there was none. */
  example: { readonly run: string; readonly before: string | undefined; readonly after: string | undefined };
}

export interface PatternContexts {
  readonly pattern: string;
  /** Ended runs with this pattern in them, while it declared what must survive. */
  declaring: number;
  /** Those of them in which nothing would have broken it. */
  kept: number;
  /** What was refused, since the pattern declares it. */
  readonly broken: ContextPlace[];
  /** What steps of the pattern's runs changed, and nobody declares. */
  readonly changed: ContextPlace[];
  lastAt: number;
}

/** The state of the fold `context-preservation`; ask it with `contextsOf`. */
export interface ContextPreservation {
  readonly patterns: Map<string, PatternContexts>;
}

export const contextPreservation: Fold<ContextPreservation> = {
  name: "context-preservation",
  version: 1,
  kinds: ["run-ended", "attempt-failed", "value-failed", "context-changed"],
  lazy: true,
  initial: () => ({ patterns: new Map() }),
  apply: (state, event) => {
    if (!event.copied && !isOfLog(event.run)) take(state, event);
    return state;
  },
  save: ({ patterns }): SavedContexts => ({ patterns: [...patterns.values()] }),
  revive: (saved) => {
    const { patterns } = Object.assign({ ...EMPTY }, saved);
    return { patterns: new Map(patterns.map((one) => [one.pattern, one])) };
  },
};

interface SavedContexts {
  readonly patterns: readonly PatternContexts[];
}

const EMPTY: SavedContexts = { patterns: [] };

/** What is known of each pattern, first those of which more was broken; the places seen most often come first. */
export function contextsOf({ patterns }: ContextPreservation): readonly PatternContexts[] {
  const often = (left: ContextPlace, right: ContextPlace): number => right.times - left.times;
  const brokenShare = ({ declaring, kept }: PatternContexts): number =>
    declaring === 0 ? -1 : (declaring - kept) / declaring;
  return Array.from(patterns.values(), (one) => ({
    ...one,
    broken: one.broken.toSorted(often),
    changed: one.changed.toSorted(often),
  })).toSorted(
    (left, right) => brokenShare(right) - brokenShare(left) || (left.pattern < right.pattern ? -1 : 1),
  );
}

function take(state: ContextPreservation, event: Event): void {
  if (event.kind === "run-ended") {
    for (const { pattern, ok } of event.preserved ?? []) {
      const found = patternIn(state, pattern, event.at);
      found.declaring++;
      if (ok) found.kept++;
    }
  } else if (event.kind === "attempt-failed" || event.kind === "value-failed") {
    const { breach } = event.error;
    if (!breach) return;
    const { broken } = patternIn(state, breach.pattern, event.at);
    const agent = event.kind === "attempt-failed" ? event.agent : undefined;
    const path = event.path.replace(PLAN, "");
    see(broken, { key: breach.key, path: pathOfAll(path), agent, severity: undefined }, breach, event);
  } else if (event.kind === "context-changed") {
    const { changed } = patternIn(state, event.pattern, event.at);
    const { agent, severity } = event;
    const path = pathOfAll(event.path);
    for (const difference of event.diff) {
      see(changed, { key: difference.key, path, agent, severity }, difference, event);
    }
  }
}

type Place = Pick<ContextPlace, "key" | "path" | "agent" | "severity">;

/** Counts a place; one too many takes that of the place that was seen longest ago. */
function see(places: ContextPlace[], place: Place, difference: ContextDifference, { run, at }: Event): void {
  const example = { run, before: textOf(difference.before), after: textOf(difference.after) };
  const known = places.find(
    ({ key, path, agent }) => key === place.key && path === place.path && agent === place.agent,
  );
  if (known) {
    known.times++;
    known.lastAt = at;
    known.example = example;
    return;
  }
  const seen = { ...place, times: 1, firstAt: at, lastAt: at, example };
  if (places.length < PLACES_MAX) places.push(seen);
  else places[oldest(places)] = seen;
}

function oldest(places: readonly ContextPlace[]): number {
  let found = 0;
  for (const [index, { lastAt }] of places.entries())
    if (lastAt < (places[found]?.lastAt ?? Infinity)) found = index;
  return found;
}

function patternIn({ patterns }: ContextPreservation, pattern: string, at: number): PatternContexts {
  let found = patterns.get(pattern);
  if (!found) {
    if (patterns.size >= PATTERNS_MAX) dropOldest(patterns);
    found = { pattern, declaring: 0, kept: 0, broken: [], changed: [], lastAt: at };
    patterns.set(pattern, found);
  }
  found.lastAt = at;
  return found;
}

function dropOldest(patterns: Map<string, PatternContexts>): void {
  const oldestFirst = [...patterns].toSorted(([, left], [, right]) => left.lastAt - right.lastAt);
  for (const [name] of oldestFirst.slice(0, DROPPED)) patterns.delete(name);
}

function textOf(value: unknown): string | undefined {
  const text = JSON.stringify(value);
  return text !== undefined && text.length > VALUE_LENGTH_MAX
    ? `${text.slice(0, VALUE_LENGTH_MAX - 1)}…`
    : text;
}
