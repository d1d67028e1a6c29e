/** Follows a run, says how it ended, and deals with Ctrl-C: the first drains and says how to resume, the second ends. */
import { RUN_STATES, type Outcome, type RunHandle } from "@reeve/core";
import type { RuntimeAccess } from "../access/runtime-access.ts";
import { serverOf } from "../access/server-of.ts";
import type { Call } from "../command-line/command.ts";
import { CommandError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { shellWord } from "../command-line/shell-word.ts";
import { followOn } from "../output/follow-run.ts";
import { jsonText } from "../output/json-text.ts";
import { plural } from "../output/number-text.ts";
import { outcomeLines } from "../output/outcome-lines.ts";
import { oneLine } from "../output/safe-text.ts";
import { listenForInterrupts, tellDraining } from "./listen-for-interrupts.ts";

const COUNTED_RUNS_MAX = 1_000;

/**
 * @param begin starts the run or finds it.
 * @returns the exit code that tells how the run ended.
 */
export async function followToEnd(
  call: Call,
  runtime: RuntimeAccess,
  begin: () => Promise<RunHandle> | RunHandle,
): Promise<number> {
  const { err } = call.terminal;
  const leave = new AbortController();
  const tellFrom = Date.now();
  const isOwner = runtime.role === "owner";
  const interruption = listenForInterrupts((name) => {
    if (isOwner) tellDraining(name, err);
    else leave.abort();
    return runtime.close();
  });
  let run: RunHandle | undefined;
  try {
    await tellWhatElseRuns(call, runtime);
    run = await begin();
    const { pattern } = await run.record();
    const outcome = await followOn(run, err, {
      outline: await runtime.outline(pattern),
      runtime,
      signal: leave.signal,
      tellFrom,
      redacted: true,
    });
    if (outcome) return await tellOutcome(call, run, outcome);
    const interrupted = await interruption.settled();
    if (interrupted === undefined) throw await whyItStopped(run);
    tellHowToGoOn(call, run.id, isOwner);
    return interrupted;
  } catch (error) {
    const interrupted = await interruption.settled();
    // Whoever asks a runtime that is closing is refused; that is what was asked for.
    if (interrupted === undefined) throw error;
    if (run) tellHowToGoOn(call, run.id, isOwner);
    else err.line("stopped before the run began");
    return interrupted;
  } finally {
    interruption.stopListening();
  }
}

/** What a program reads of a run that has ended. */
function exitCodeOf(outcome: Outcome): number {
  switch (outcome.status) {
    case "completed":
      return EXIT.ok;
    case "cancelled":
      return EXIT.cancelled;
    case "rollback-failed":
      return EXIT.rollbackFailed;
    case "failed":
    case "rolled-back":
    case "timed-out":
    case "rejected":
      return EXIT.failed;
  }
}

/** Says what the reader would otherwise wonder about: whose process works, and what else goes on in it. */
async function tellWhatElseRuns({ terminal }: Call, runtime: RuntimeAccess): Promise<void> {
  const { err } = terminal;
  if (runtime.role === "client") return;
  if (runtime.role === "guest") {
    err.line("another process owns the log: it is asked to do this, and followed from here");
    return;
  }
  const states = RUN_STATES.filter((state) => !["ended", "stranded", "paused"].includes(state));
  const { runs, next } = await runtime.runs({ states, limit: COUNTED_RUNS_MAX });
  if (runs.length === 0) return;
  const [first] = runs;
  const which = runs.length === 1 && first ? oneLine(first.id) : "list them with `reeve runs --unfinished`";
  err.line(
    `resuming ${next === undefined ? "" : "more than "}${plural(runs.length, "unfinished run")}: ${which}`,
  );
}

async function tellOutcome({ given, terminal }: Call, run: RunHandle, outcome: Outcome): Promise<number> {
  const { out, err } = terminal;
  const record = await run.record();
  if (given.flag("json")) {
    out.line(
      jsonText({
        id: run.id,
        pattern: record.pattern,
        startedAt: record.startedAt,
        endedAt: record.endedAt,
        outcome,
      }),
    );
  } else {
    for (const line of outcomeLines(outcome, record, err.paint, given.flag("debug"))) err.line(line);
    if (outcome.status === "completed") {
      if (outcome.output !== undefined) out.line(jsonText(outcome.output, 2));
    } else err.line(`see every step: reeve show ${shellWord(run.id)}`);
  }
  return exitCodeOf(outcome);
}

function tellHowToGoOn(call: Call, id: string, isOwner: boolean): void {
  const config = call.given.text("config");
  const server = serverOf(call);
  const given = server?.isGiven ? ` --server ${shellWord(server.url)}` : "";
  const more = config === undefined ? given : ` --config ${shellWord(config)}`;
  if (server) {
    call.terminal.err.line(
      `the run goes on at ${server.url}. Follow it again: reeve resume ${shellWord(id)}${more}`,
    );
    return;
  }
  call.terminal.err.line(
    isOwner
      ? `stopped; what is done is kept. Go on with: reeve resume ${shellWord(id)}${more}`
      : `the run goes on in the process that owns the log. Follow it again: reeve resume ${shellWord(id)}${more}`,
  );
}

async function whyItStopped(run: RunHandle): Promise<CommandError> {
  const { state, pattern, patternVersion } = await run.record();
  if (state !== "stranded")
    return new CommandError(EXIT.internal, `following run '${run.id}' stopped in state '${state}'`);
  return new CommandError(
    EXIT.refused,
    `run '${oneLine(run.id)}' is stranded: version '${oneLine(patternVersion)}' of '${oneLine(pattern)}' can't go on with it`,
    `the reason: reeve show ${shellWord(run.id)}`,
  );
}
