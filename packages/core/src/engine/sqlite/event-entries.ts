/**
 * How an event is written inside a row: a JSON array `[kind, at, path, attempt, rest]`, where null stands for a path or
 * an attempt that is not set, and for an `at` equal to that of the entry before; the usual ones are shorter still
 * (short-entry.ts). What the row knows (run, seq,
 * position) is not repeated, nor is the context of `run-started` where the run's own row holds it; its choice is written short.
 */
import type { Context } from "../../delegation/context.ts";
import type { Event } from "../../delegation/event.ts";
import { choiceIn } from "./choice-entry.ts";
import { isObject } from "./columns.ts";
import { frequentEntry } from "./entry-text.ts";
import { codeOfKind, kindOfCode } from "./kinds.ts";
import { contextOf } from "./context-text.ts";
import { restOf } from "./short-entry.ts";

/** The run that events belong to, as its own row has it. */
export interface RunOfEvents {
  readonly id: string;
  /** JSON. */
  readonly context: string;
}

/** Where the first of a row's events stands. */
export interface Place {
  readonly seq: number;
  readonly position: number;
}

/**
 * @param before the event before it in the row
 * @param context of the run, if its row is written in the same batch
 */
export function entryOf(event: Event, before: Event | undefined, context: Context | undefined): string {
  const since = event.at === before?.at ? "null" : JSON.stringify(event.at);
  const frequent = frequentEntry(event, since, context);
  if (frequent !== undefined) return frequent;
  const { version: _1, run: _2, seq: _3, position: _4, at: _5, kind, path, attempt, ...rest } = event;
  const head = `${codeOfKind(kind)},${since},${JSON.stringify(path ?? null)},${JSON.stringify(attempt ?? null)}`;
  return `[${head},${JSON.stringify(rest)}]`;
}

/** The events in a JSON array of entries; undefined when it is none that this library wrote. */
export function eventsOf(text: string, run: RunOfEvents, first: Place): readonly Event[] | undefined {
  const entries: unknown = JSON.parse(text);
  if (!Array.isArray(entries)) return undefined;
  const events: Event[] = [];
  for (const entry of entries) {
    const event = eventOf(entry, run, first, events);
    if (!isEvent(event)) return undefined;
    events.push(event);
  }
  return events;
}

function eventOf(entry: unknown, run: RunOfEvents, first: Place, before: readonly Event[]): unknown {
  if (!Array.isArray(entry)) return undefined;
  const columns: readonly unknown[] = entry;
  const [code, at, path, attempt] = columns;
  const kind = typeof code === "number" ? kindOfCode(code) : undefined;
  const rest = kind && restOf(kind, columns);
  return {
    version: 1,
    run: run.id,
    seq: first.seq + before.length,
    position: first.position + before.length,
    at: at ?? before.at(-1)?.at,
    kind,
    ...(path !== null && { path }),
    ...(attempt !== null && { attempt }),
    ...(kind === "run-started" && { context: contextOf(run.context, run.id) }),
    ...rest,
    ...(rest && "choice" in rest && { choice: choiceIn(rest["choice"]) }),
  };
}

/** The checksum has shown that the entry is as it was written, from an event; only its kind can be unknown. */
function isEvent(value: unknown): value is Event {
  return isObject(value) && typeof value["kind"] === "string";
}
