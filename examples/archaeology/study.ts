/** Runs one study from the terminal's point of view: says what begins, shows progress, tells the end. */
import { once } from "node:events";
import { archaeology } from "./pattern.ts";
import { exitCodes } from "./command-line.ts";
import { openDashboard, type Dashboard } from "./dashboard.ts";
import type { Runtime } from "reeve";
import { openStudy, type StudyRun } from "./study-runs.ts";
import type { StudyTask } from "./study-task.ts";
import { summaryLines } from "./summary.ts";
import { followRun, isWatched } from "reeve/terminal";

export interface StudyOptions {
  /** Aborts when the user wants to stop: running batches are finished, the rest is left to the next start. */
  readonly interrupted: AbortSignal;
  /** Serve it while the study lasts, and before a terminal until the user wants to stop. */
  readonly dashboard: boolean;
}

/** @returns the exit code. */
export async function runStudy(task: StudyTask, { interrupted, dashboard }: StudyOptions): Promise<number> {
  const run = await openStudy(task, { telemetry: dashboard });
  const { runtime } = run;
  console.log(openingLine(task, run));
  const opening = dashboard ? serve(runtime, interrupted) : undefined;
  try {
    // Nothing may be written into a display that redraws itself; elsewhere the study need not wait.
    if (isWatched()) await opening;
    return await follow(run, interrupted, opening);
  } finally {
    // At once, even if the dashboard is still being opened: an interrupted study must not go on meanwhile.
    const closed = runtime.close();
    const opened = await opening;
    opened?.closing();
    await closed;
    await opened?.close();
  }
}

type Opening = Promise<Dashboard | undefined>;

async function serve(runtime: Runtime, interrupted: AbortSignal): Opening {
  const dashboard = await openDashboard(runtime, interrupted);
  if (dashboard && !interrupted.aborted) console.log(`Dashboard: ${await dashboard.link()}`);
  return dashboard;
}

async function follow(
  { handle }: StudyRun,
  interrupted: AbortSignal,
  opening: Opening | undefined,
): Promise<number> {
  const outcome = await followRun(handle, { pattern: archaeology, signal: interrupted });
  if (outcome === undefined) {
    console.log("Finishing the batches at work; once more stops at once.");
    return exitCodes.interrupted;
  }
  const dashboard = await opening;
  const stays = dashboard !== undefined && isWatched();
  const staying = stays ? [`Dashboard, until Ctrl-C: ${await dashboard.link()}`] : [];
  if (outcome.status === "completed") {
    const { figures, page, json } = outcome.output["write-report"];
    const report = [`Report: ${page}`, `JSON:   ${json}`];
    for (const line of ["", ...summaryLines(figures), "", ...staying, ...report]) console.log(line);
  } else {
    console.error(`The study ended as ${outcome.status}: ${reasonOf(outcome)}`);
    for (const line of staying) console.log(line);
  }
  if (stays && !interrupted.aborted) await once(interrupted, "abort");
  return outcome.status === "completed" ? exitCodes.done : exitCodes.failed;
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
