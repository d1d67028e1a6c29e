/**
 * The events of a run behind a server. Those to come are asked for page by page, since a client that looks four times a
 * second needs no connection that stays open.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Event, EventOptions } from "@reeve/core";
import type { Client } from "@reeve/server/client";

const EVENTS_PER_PAGE = 2_000;
const LOOK_EVERY_MS = 250;
/** A server that is started anew is waited for. */
const LOOKS_WITHOUT_ANSWER_MAX = 80;

type Page = Awaited<ReturnType<Client["runEvents"]>>;

/** Ends with the run, unless only what is there is asked for. */
export async function* remoteEvents(
  client: Client,
  id: string,
  { from = 0, follow = true, signal }: EventOptions = {},
): AsyncGenerator<Event, void, undefined> {
  let position = from;
  let isEnded = false;
  let isAsked = false;
  for (;;) {
    const page = await patiently(() => client.runEvents({ id, from: position, limit: EVENTS_PER_PAGE }), {
      looks: follow ? LOOKS_WITHOUT_ANSWER_MAX : 0,
      signal,
    });
    if (!page) return;
    for (const event of page.events) {
      if (signal?.aborted) return;
      position = event.position;
      if (!isEvent(event)) continue;
      isEnded ||= event.kind === "run-ended";
      yield event;
    }
    if (page.next !== null) continue;
    if (!follow || isEnded) return;
    // Whoever begins after its end sees no event of it; what was said meanwhile is read once more.
    if (!isAsked) {
      isAsked = true;
      isEnded = (await client.run({ id })).run.state === "ended";
    }
    if (!isEnded) await sleep(LOOK_EVERY_MS);
  }
}

/** The contract has checked what all events have; the rest is that of the log, whose version the server's is. */
export function isEvent(value: unknown): value is Event {
  return typeof value === "object" && value !== null && "kind" in value;
}

/** Asks again while nobody answers, so many times at most; undefined once the signal is aborted. */
async function patiently(
  ask: () => Promise<Page>,
  { looks, signal }: { readonly looks: number; readonly signal: AbortSignal | undefined },
): Promise<Page | undefined> {
  for (let unanswered = 0; ; unanswered++) {
    if (signal?.aborted) return undefined;
    try {
      return await ask();
    } catch (error) {
      if (!isNoAnswer(error) || unanswered >= looks) throw error;
      await sleep(LOOK_EVERY_MS);
    }
  }
}

function isNoAnswer(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "runtime-unavailable";
}
