/** One action for many runs: those that a filter names. */
import type { RuntimeOfCaller } from "@reeve/core";
import type { BulkInput, BulkResult } from "../contract/action.ts";
import { queryOf } from "../runs/run-summary.ts";

const BULK_RUNS = 100;
/** The states of runs that an action can be meant for. */
const FITTING = {
  cancel: ["queued", "running", "waiting", "paused", "undoing", "stranded"],
  pause: ["queued", "running", "waiting"],
  resume: ["paused", "queued", "running", "waiting"],
  retry: ["ended"],
} as const;

/**
 * Every run that the filter names and the action fits, the newest first, up to the limit.
 * @throws ReeveError what listing runs throws; what one run refuses is told with it
 */
export async function actInBulk(runtime: RuntimeOfCaller, input: BulkInput): Promise<BulkResult> {
  const { action, filter, dryRun = true, limit = BULK_RUNS, reason } = input;
  const fitting = FITTING[action].filter((state) => !filter.states || filter.states.includes(state));
  if (fitting.length === 0) return { dryRun, runs: [], isMore: false };
  const { runs, next } = await runtime.runs({ ...queryOf(filter), states: fitting, limit });
  const told: BulkResult["runs"][number][] = [];
  for (const { id } of runs) {
    if (dryRun) told.push({ id, started: null, error: null });
    else told.push(await actOnOne(runtime, action, id, reason));
  }
  return { dryRun, runs: told, isMore: next !== undefined };
}

/** One run that refuses must not keep the others from what was asked. */
async function actOnOne(
  runtime: RuntimeOfCaller,
  action: BulkInput["action"],
  id: string,
  reason: string | undefined,
): Promise<BulkResult["runs"][number]> {
  const run = runtime.run(id);
  try {
    if (action === "retry") return { id, started: (await run.retry()).id, error: null };
    if (action === "resume") await run.resume();
    else await run[action](reason);
    return { id, started: null, error: null };
  } catch (error) {
    return { id, started: null, error: error instanceof Error ? error.message : String(error) };
  }
}
