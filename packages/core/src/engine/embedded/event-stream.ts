/** Reads the log from a position and follows it: every later event once, in order (E11). */
import type { Event } from "../../delegation/event.ts";
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

export async function* streamEvents(host: StreamHost, query: EventQuery): AsyncGenerator<Event> {
  const follow = query.follow ?? true;
  const from = query.from ?? 0;
  const read = pageReader(host, query);
  while (!stopped(host, query)) {
    const page = read();
    for (const event of page) {
      if (stopped(host, query)) return;
      if (event.position > from) yield event;
      if (query.run !== undefined && event.kind === "run-ended") return;
    }
    if (page.length > 0) continue;
    if (!follow) return;
    // Nothing can be committed between the empty page and this call: both are synchronous.
    await host.nextCommit(query.signal);
  }
}

function stopped(host: StreamHost, query: EventQuery): boolean {
  return host.isClosed() || query.signal?.aborted === true;
}

/** Each call gives the next page; an empty one when there is nothing more yet. A run's pages begin at its start. */
function pageReader(host: StreamHost, query: EventQuery): () => readonly Event[] {
  let position = query.from ?? 0;
  let seq = 0;
  if (query.run === undefined) {
    return () => {
      const page = host.store.eventsAfter(position, PAGE_EVENTS);
      position = page.at(-1)?.position ?? position;
      return page;
    };
  }
  const { run } = query;
  return () => {
    const key = host.keyOf(run);
    if (key === undefined) return [];
    const page = host.store.history(key, seq, PAGE_EVENTS);
    seq = page.at(-1)?.seq ?? seq;
    return page;
  };
}
