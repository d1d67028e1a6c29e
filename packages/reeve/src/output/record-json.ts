/** A run as programs read it: the fields the library documents, and none that an engine keeps beside them. */
import type { RunRecord } from "@reeve/core";

/** What of a run does not depend on the engine. Times are epoch milliseconds. */
export function recordJson(record: RunRecord): object {
  const { id, pattern, patternVersion, state, outcome, context, origin, startedAt, endedAt } = record;
  return {
    id,
    pattern,
    patternVersion,
    state,
    outcome: outcome ?? null,
    context,
    origin: origin ?? null,
    startedAt,
    endedAt: endedAt ?? null,
  };
}
