/** Opens the log of a study and finds the run to go on with. One process at a time owns a log. */
import { createHash } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  createRuntime,
  sqliteEngine,
  type RunHandle,
  type RunRecord,
  type Runtime,
  type RuntimeOptions,
} from "reeve";
import { filesPerBatch } from "./dig.ts";
import { logName } from "./folders.ts";
import { archaeology } from "./pattern.ts";
import type { StudyTask } from "./study-task.ts";
import type { WrittenReport } from "./verify.ts";

export interface StudyRun {
  readonly runtime: Runtime;
  readonly handle: RunHandle<{ readonly "write-report": WrittenReport }>;
  /** Set when the run was begun by an earlier process. */
  readonly resumed?: { readonly startedAt: number; readonly batches: BatchCount | undefined };
  /** Unfinished runs of other studies that stood in the way and were cancelled. */
  readonly cancelled: number;
}

export interface BatchCount {
  readonly finished: number;
  readonly total: number;
}

type LogOptions = Required<Pick<RuntimeOptions, "telemetry">>;

/** A log that has grown over this is begun anew when no run in it is unfinished. */
const logBytesMax = 64 * 1024 * 1024;
const runsMax = 1_000;

/**
 * Opens the log and resumes the unfinished run of the same study, or starts one.
 * @throws ReeveError `file-owned` when another process is at work on it.
 */
export async function openStudy(task: StudyTask, options: LogOptions): Promise<StudyRun> {
  const file = join(task.out, logName);
  let runtime = await openLog(file, options);
  try {
    const runs = await knownRuns(runtime);
    if (runs.every((run) => run.state === "ended") && (await stat(file)).size > logBytesMax) {
      await runtime.close();
      for (const ending of ["", "-wal", "-shm"]) await rm(file + ending, { force: true });
      runtime = await openLog(file, options);
    }
    return await resumeOrStart(runtime, task, runs);
  } catch (error) {
    await runtime.close();
    throw error;
  }
}

function openLog(file: string, { telemetry }: LogOptions): Promise<Runtime> {
  // A study can be repeated: what a power cut may take is not worth a sync of the disk for each batch.
  const engine = sqliteEngine(file, { access: "own", durability: "os" });
  return createRuntime({ patterns: [archaeology], engine, telemetry });
}

async function knownRuns(runtime: Runtime): Promise<readonly RunRecord[]> {
  const page = await runtime.runs({ pattern: archaeology.name, limit: runsMax });
  return page.runs;
}

async function resumeOrStart(
  runtime: Runtime,
  task: StudyTask,
  runs: readonly RunRecord[],
): Promise<StudyRun> {
  const study = `${archaeology.name}-${studyKey(task)}-`;
  const unfinished = runs.filter((run) => run.state !== "ended");
  const own = unfinished.find((run) => run.id.startsWith(study) && run.state !== "stranded");
  const others = unfinished.filter((run) => run !== own);
  for (const { id } of others) {
    await runtime.run(id).cancel("another study was started in the same folder");
    await runtime.run(id).outcome();
  }
  const cancelled = others.length;
  const count = runs.filter((run) => run.id.startsWith(study)).length;
  const id = own?.id ?? `${study}${count + 1}`;
  const batches = own && (await countBatches(runtime, own.id));
  // Starting with the id of a run that exists gives that run.
  const handle = await runtime.start(archaeology, task, { id });
  return { runtime, handle, cancelled, ...(own ? { resumed: { startedAt: own.startedAt, batches } } : {}) };
}

/** The same for every study of this root into this folder. */
function studyKey({ root, out }: StudyTask): string {
  return createHash("sha256").update(`${root}\0${out}`).digest("hex").slice(0, 8);
}

/** Undefined while the files are not listed. */
async function countBatches(runtime: Runtime, run: string): Promise<BatchCount | undefined> {
  let files: number | undefined;
  let finished = 0;
  for await (const event of runtime.run(run).events({ follow: false })) {
    if (event.kind === "value-recorded" && event.path === "dig/dig-files/!items")
      files = Number(event.decision);
    if (event.kind === "step-completed" && event.path.startsWith("dig/dig-files/[")) finished += 1;
  }
  return files === undefined ? undefined : { finished, total: Math.ceil(files / filesPerBatch) };
}
