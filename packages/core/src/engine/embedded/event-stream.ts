/** Reads the log from a position and follows it: every later event once, in order (E11). */
import type { Event } from "../../delegation/event.ts";
import { ReeveError } from "../../errors.ts";
import type { EventQuery } from "../engine.ts";
import type { RunKey, Store } from "../store.ts";

const PAGE_EVENTS = 500;

export interface StreamHost {
  readonly store: Store;
  /** The run's key once its start is committed. */
  keyOf(run: string): RunKey | undefined;
  /** Resolves at the next commit, or when the engine closes or `signal` aborts. */
  nextCommit(signal: AbortSignal | undefined): Promise<void>;
  isClosed(): boolean;
}

/** The events of a query; whoever stops iterating need not wait for the next commit. */
export function iterableEvents(host: StreamHost, query: EventQuery): AsyncIterable<Event> {
  return {
    [Symbol.asyncIterator]: () => {
      const leaving = new AbortController();
      const signal = query.signal ? AbortSignal.any([query.signal, leaving.signal]) : leaving.signal;
      const events = streamEvents(host, { ...query, signal });
      return {
        next: () => events.next(),
        // Leaving must not wait for the commit that the reader waits for.
        return: async (value: unknown) => {
          leaving.abort();
          return events.return(value);
        },
      };
    },
  };
}

export async function* streamEvents(host: StreamHost, query: EventQuery): AsyncGenerator<Event> {
  const follow = query.follow ?? true;
  const from = query.from ?? 0;
  const read = pageReader(host, query);
  let hasEnded = false;
  while (!stopped(host, query)) {
    const page = read();
    for (const event of page) {
      if (stopped(host, query)) return;
      if (event.position > from) yield event;
      hasEnded ||= query.run !== undefined && event.kind === "run-ended";
    }
    // What was said of the run since it ended is read, too; nobody waits for more of it.
    if (hasEnded && page.length < PAGE_EVENTS) return;
    if (page.length > 0) continue;
    if (!follow) return;
    // Nothing can be committed between the empty page and this call: both are synchronous.
    await host.nextCommit(query.signal);
  }
}

function stopped(host: StreamHost, query: EventQuery): boolean {
  return host.isClosed() || query.signal?.aborted === true;
}

/** Each call gives the next page; an empty one when there is nothing more yet. */
function pageReader(host: StreamHost, query: EventQuery): () => readonly Event[] {
  return query.run === undefined
    ? logReader(host.store, query.from ?? 0)
    : runReader(host, query.run, query.afterSeq);
}

/**
 * Who begins at 0 gets what is there; once he has come past what was trimmed, he is promised every event, as is who
 * begins at a position.
 */
function logReader(store: Store, from: number): () => readonly Event[] {
  let position = from;
  let isPromisedAll = from > 0;
  return () => {
    const page = store.eventsAfter(position, PAGE_EVENTS);
    // Asked after the page was read: another process may trim at any time.
    const trimmed = store.trimmed().position;
    if (isPromisedAll && position > 0 && position < trimmed) throw trimmedAfter(position, trimmed);
    position = page.at(-1)?.position ?? position;
    isPromisedAll ||= position >= trimmed;
    return page;
  };
}

function trimmedAfter(position: number, trimmed: number): ReeveError {
  return new ReeveError(
    "log-trimmed",
    `events after position ${position} were trimmed; the first available cursor is ${trimmed}`,
    { hint: `read on from ${trimmed}, or from 0 to get what is left of the time before` },
  );
}

/** A run's pages begin at its start, or after an event of it. */
function runReader(host: StreamHost, run: string, afterSeq = 0): () => readonly Event[] {
  let seq = afterSeq;
  return () => {
    const key = host.keyOf(run);
    if (key === undefined && seq > afterSeq) {
      throw new ReeveError("run-not-found", `run '${run}' was trimmed while it was read`, {
        hint: "read faster, or keep runs longer: createRuntime({ retention: { afterMs } })",
      });
    }
    if (key === undefined) return [];
    const page = host.store.history(key, seq, PAGE_EVENTS);
    seq = page.at(-1)?.seq ?? seq;
    return page;
  };
}
