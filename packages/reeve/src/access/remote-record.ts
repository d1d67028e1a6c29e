/** Runs as the contract shows them, as the library has them. */
import type { Context, RunRecord } from "@reeve/core";
import type { ForkView, RunOriginView, RunSummary } from "@reeve/server/contract";

type Origin = NonNullable<RunRecord["origin"]>;

export function recordOf(run: RunSummary, whole: Pick<Context, "attributes" | "grants">): RunRecord {
  const { id, pattern, patternVersion, state, outcome, domain, agentType, priority, principal } = run;
  const { attributes, grants } = whole;
  return {
    id,
    pattern,
    patternVersion,
    state,
    outcome: outcome ?? undefined,
    context: { domain, agentType, priority, attributes, principal, grants },
    input: undefined,
    origin: run.origin ? originOf(run.origin) : undefined,
    startedAt: run.startedAt,
    endedAt: run.endedAt ?? undefined,
  };
}

function originOf({ parent, forkedFrom, schedule, traceparent }: RunOriginView): Origin {
  return {
    ...(parent && { parent: parentOf(parent) }),
    ...(forkedFrom && { forkedFrom: forkOf(forkedFrom) }),
    ...(schedule && { schedule }),
    ...(traceparent !== null && { traceparent }),
  };
}

function parentOf({ depth, ...parent }: NonNullable<RunOriginView["parent"]>): NonNullable<Origin["parent"]> {
  return { ...parent, ...(depth !== null && { depth }) };
}

function forkOf({ run, from, upTo, input, output, undoes }: ForkView): NonNullable<Origin["forkedFrom"]> {
  return {
    run,
    from: from ?? undefined,
    ...(upTo !== null && { upTo }),
    ...(input !== null && { input }),
    ...(output !== null && { output }),
    ...(undoes && { undoes }),
  };
}
