/**
 * The process under attack: owns the log, resumes what is unfinished, keeps runs going, and does to some of them what
 * callers do: cancel, answer, pause, retry, fork. `node attacked-child.ts JSON`, see attacked-options.ts.
 */
import { setTimeout } from "node:timers/promises";
import { createRuntime, ReeveError, seededRandom, sqliteEngine, type Runtime, type RunRecord } from "reeve";
import { Caller } from "./caller.ts";
import { EXIT_NO_ROOM, type AttackedOptions } from "./attacked-options.ts";
import { Driver } from "./driver.ts";
import { loadPatterns } from "./load.ts";
import { appendTo, readCalls, readLedger, type CallLine, type LedgerLine } from "./side-files.ts";

/** A kill may hit the same step many times; that is E7b's affair and not tested here. */
const RECOVERIES_MAX = 1_000;
const PAGE_RUNS = 500;
const LOOK_MS = 200;
const UNFINISHED = ["queued", "running", "waiting", "paused", "undoing"] as const;

const options = JSON.parse(process.argv[2] ?? "{}") as AttackedOptions;
const { files, life, seed, task } = options;
const calls = readCalls(files.calls);
const toldUpTo = readLedger(files.ledger).reduce(
  (latest, line) => (line.said === "told" ? Math.max(latest, line.position) : latest),
  0,
);
const write = appendTo<LedgerLine>(files.ledger);
const caller = new Caller(appendTo<CallLine>(files.calls), "owner");
const runtime = await openRuntime();
const driver = new Driver({ runtime, caller, calls, life, options, random: seededRandom(seed + life) });
process.once("SIGTERM", () => void driver.close());
void follow(toldUpTo).catch((error: unknown) => {
  if (!(error instanceof ReeveError) || error.code !== "runtime-closed") throw error;
});
await driver.resumeEverything(await unfinishedRuns());
if (task === "load") await driver.load();
else await finish();

async function openRuntime(): Promise<Runtime> {
  try {
    return await createRuntime({
      patterns: loadPatterns({
        effectMsMax: options.effectMsMax,
        say: (said, { runId: run, path, idempotencyKey: key }) => write({ said, run, path, key }),
      }),
      engine: sqliteEngine(files.log, { access: "own" }),
      recoveriesMax: RECOVERIES_MAX,
      retention: { afterMs: options.retentionMs, archive: files.archive },
      drainMs: 1_000,
      report: ({ what, error }) => caller.report(what, error),
    });
  } catch (error) {
    if (error instanceof ReeveError && error.code === "storage-unavailable") process.exit(EXIT_NO_ROOM);
    throw error;
  }
}

async function unfinishedRuns(limit = Infinity): Promise<readonly RunRecord[]> {
  const found: RunRecord[] = [];
  for (let after: string | undefined; ;) {
    const page = await runtime.runs({
      states: UNFINISHED,
      limit: PAGE_RUNS,
      ...(after === undefined ? {} : { after }),
    });
    found.push(...page.runs);
    after = page.next;
    if (after === undefined || found.length >= limit) return found;
  }
}

/** Writes down what readers are told; each position must be behind the one before. */
async function follow(from: number): Promise<void> {
  let before = from;
  try {
    for await (const { kind, run, path = "", position } of runtime.events({ from })) {
      if (position <= before) throw new Error(`position ${position} was read after ${before} (E11)`);
      before = position;
      if (kind === "step-completed" || kind === "run-ended")
        write({ said: "told", kind, run, path, position });
    }
  } catch (error) {
    if (!(error instanceof ReeveError) || error.code !== "log-trimmed") throw error;
    await follow(0);
  }
}

async function finish(): Promise<void> {
  for (;;) {
    const unfinished = await unfinishedRuns();
    if (unfinished.length === 0) break;
    // A guest that was killed may have left a run paused.
    for (const { id, state } of unfinished) if (state === "paused") await driver.resume(id);
    await setTimeout(LOOK_MS);
  }
  await driver.close();
}
