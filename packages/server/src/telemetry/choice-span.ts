/** The span of the choice that a run began with: which pattern, why, among how many. */
import { pathSpanId, type Event } from "@reeve/core";
import { CHOICE, names } from "./conventions.ts";
import type { RunSpan } from "./run-span.ts";

type RunStarted = Extract<Event, { readonly kind: "run-started" }>;
type RunChoice = NonNullable<RunStarted["choice"]>;

/** It ends as it begins: how long choosing took is a metric, the log has when it was done. */
export function choiceSpan(
  { root }: { readonly root: RunSpan },
  { run, at }: RunStarted,
  { pattern, reason, candidates, others, recovery, forced }: RunChoice,
): RunSpan {
  const more = Object.values(others?.counts ?? {}).reduce((left, right) => left + right, 0);
  const chosen = candidates.find((candidate) => candidate.pattern === pattern);
  return {
    traceId: root.traceId,
    spanId: pathSpanId(run, "choice", ""),
    parentId: root.spanId,
    name: pattern === undefined ? CHOICE : `${CHOICE} ${pattern}`,
    startedAt: at,
    endedAt: at,
    error: pattern === undefined ? reason : undefined,
    attributes: {
      ...(pattern !== undefined && { [names.workflow]: pattern }),
      [names.choiceReason]: reason,
      [names.choiceCandidates]: candidates.length + more,
      ...(chosen && { [names.choiceMean]: chosen.mean, [names.choicePropensity]: chosen.propensity }),
      ...(recovery !== undefined && { [names.choiceRecovery]: recovery }),
      ...(forced && { [names.choiceForced]: true }),
    },
    links: [],
  };
}
