/** Finds the run that a person named, or says which one they may have meant. */
import { closestName, type RunRecord } from "@reeve/core";
import type { RuntimeAccess } from "../access/runtime-access.ts";
import { CommandError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { oneLine } from "../output/safe-text.ts";

/** A name that was mistyped is mostly one of these. */
const LATEST_RUNS_MAX = 1_000;

/** @throws CommandError when the log does not have it. */
export async function findRun(runtime: RuntimeAccess, id: string): Promise<RunRecord> {
  try {
    return await runtime.run(id).record();
  } catch (error) {
    if (!isMissing(error)) throw error;
    const { runs } = await runtime.runs({ limit: LATEST_RUNS_MAX });
    const close = closestName(
      id,
      runs.map((run) => run.id),
    );
    throw new CommandError(
      EXIT.notFound,
      `there is no run '${oneLine(id)}'`,
      close === undefined ? "list the runs with `reeve runs`" : `did you mean '${oneLine(close)}'?`,
      error,
    );
  }
}

/** Whether the log has a run of this id. */
export async function isRun(runtime: RuntimeAccess, id: string): Promise<boolean> {
  try {
    await runtime.run(id).record();
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "run-not-found";
}
