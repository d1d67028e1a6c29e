/** Runs one study from the terminal's point of view: says what begins, shows progress, tells the end. */
import { archaeology } from "./pattern.ts";
import { exitCodes } from "./command-line.ts";
import { openStudy, type StudyRun } from "./study-runs.ts";
import type { StudyTask } from "./study-task.ts";
import { summaryLines } from "./summary.ts";
import { followRun } from "reeve/terminal";

/**
 * @param interrupted aborts when the user wants to stop: running batches are finished, the rest is left to the next start.
 * @returns the exit code.
 */
export async function runStudy(task: StudyTask, interrupted: AbortSignal): Promise<number> {
  const run = await openStudy(task);
  await using runtime = run.runtime;
  console.log(openingLine(task, run));
  const outcome = await followRun(run.handle, { pattern: archaeology, signal: interrupted });
  if (outcome === undefined) {
    console.log("Finishing the batches at work; once more stops at once.");
    await runtime.close();
    return exitCodes.interrupted;
  }
  if (outcome.status === "completed") {
    const { figures, page, json } = outcome.output["write-report"];
    for (const line of ["", ...summaryLines(figures), "", `Report: ${page}`, `JSON:   ${json}`])
      console.log(line);
    return exitCodes.done;
  }
  console.error(`The study ended as ${outcome.status}: ${reasonOf(outcome)}`);
  return exitCodes.failed;
}

function openingLine({ root, out }: StudyTask, { handle, resumed, cancelled }: StudyRun): string {
  const given = cancelled === 0 ? "" : " An unfinished study in the way was given up.";
  if (resumed === undefined) return `Studying ${root}, run ${handle.id} in ${out}.${given}`;
  const { startedAt, batches } = resumed;
  const since = new Date(startedAt).toISOString().replace("T", " ").slice(0, 19);
  const done =
    batches === undefined
      ? "the files were not listed yet"
      : `${batches.finished} of ${batches.total} batches were finished`;
  return `Resuming run ${handle.id} from ${since} UTC: ${done}.${given}`;
}

function reasonOf(outcome: {
  status: string;
  reason?: string;
  error?: { message: string; path: string };
}): string {
  const { error, reason } = outcome;
  if (error) return error.path === "" ? error.message : `${error.message} (at ${error.path})`;
  return reason ?? "no reason is known";
}
