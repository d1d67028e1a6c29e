/** Whether the process that owns the log took a request: its effect shows in the log. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Event, RunHandle } from "@reeve/core";

/** An owner looks into its inbox several times within this time. */
const ECHO_MS = 2_000;
const LOOK_EVERY_MS = 25;

/**
 * The first event that fits; undefined when none came in time, so that nobody seems to own the log.
 * @param from looks only at events with a larger position
 */
export async function awaitEcho(
  run: RunHandle,
  fits: (event: Event) => boolean,
  from = 0,
): Promise<Event | undefined> {
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), ECHO_MS);
  try {
    for await (const event of run.events({ from, signal: waiting.signal })) {
      if (fits(event)) return event;
    }
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** The same for what is no event of a run: whether `isTrue` became true in time. */
export async function awaitTruth(isTrue: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    if (await isTrue()) return true;
    if (waitedMs >= ECHO_MS) return false;
    await sleep(LOOK_EVERY_MS);
  }
}
