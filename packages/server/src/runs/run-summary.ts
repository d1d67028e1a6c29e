/** Runs of the log as the contract shows them. */
import type { RunQuery, RunRecord } from "@reeve/core";
import type { ForkView, RunFilter, RunOriginView, RunSummary } from "../contract/run.ts";

export function runSummary(record: RunRecord): RunSummary {
  const { id, pattern, patternVersion, state, outcome, context, origin, startedAt, endedAt } = record;
  const { domain, agentType, priority, principal } = context;
  return {
    id,
    pattern,
    patternVersion,
    state,
    outcome: outcome ?? null,
    domain,
    agentType,
    priority,
    principal,
    startedAt,
    endedAt: endedAt ?? null,
    origin: origin ? originView(origin) : null,
  };
}

/** The same with the rest of its context. */
export function wholeSummary(record: RunRecord): RunSummary {
  const { attributes, grants } = record.context;
  return { ...runSummary(record), whole: { attributes, grants } };
}

/** The filter as the library takes it. */
export function queryOf(filter: RunFilter): RunQuery {
  const { states, outcomes, pattern, domain, startedFrom, startedBefore } = filter;
  return {
    ...(states && { states }),
    ...(outcomes && { outcomes }),
    ...(pattern !== undefined && { pattern }),
    ...(domain !== undefined && { domain }),
    ...(startedFrom !== undefined && { startedFrom }),
    ...(startedBefore !== undefined && { startedBefore }),
  };
}

function originView({
  parent,
  forkedFrom,
  schedule,
  traceparent,
}: NonNullable<RunRecord["origin"]>): RunOriginView {
  return {
    parent: parent
      ? { run: parent.run, path: parent.path, attached: parent.attached, depth: parent.depth ?? null }
      : null,
    forkedFrom: forkedFrom ? forkView(forkedFrom) : null,
    schedule: schedule ? { name: schedule.name, dueAt: schedule.dueAt } : null,
    traceparent: traceparent ?? null,
  };
}

type Fork = NonNullable<NonNullable<RunRecord["origin"]>["forkedFrom"]>;

function forkView({ run, from, upTo, input, output, undoes }: Fork): ForkView {
  return {
    run,
    from: from ?? null,
    upTo: upTo ?? null,
    input: input ?? null,
    output: output ?? null,
    undoes: undoes ?? false,
  };
}
