/** Whether the process that owns the log took a request: its effect shows as an event of the run. */
import type { Event, RunHandle } from "@reeve/core";

/** An owner looks into its inbox several times within this time. */
const ECHO_MS = 2_000;

/** The first event that fits; undefined when none came in time, so that nobody seems to own the log. */
export async function awaitEcho(run: RunHandle, fits: (event: Event) => boolean): Promise<Event | undefined> {
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), ECHO_MS);
  try {
    for await (const event of run.events({ signal: waiting.signal })) {
      if (fits(event)) return event;
    }
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
