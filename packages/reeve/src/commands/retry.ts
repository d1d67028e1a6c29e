/** `reeve retry`: a new run that makes anew what failed in another one, or a step of it, followed to its end. */
import type { RunHandle } from "@reeve/core";
import { openAccess } from "../access/open-access.ts";
import type { RuntimeAccess } from "../access/runtime-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Command } from "../command-line/command.ts";
import { CommandError, usageError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { readValue } from "../command-line/read-value.ts";
import { shellWord } from "../command-line/shell-word.ts";
import { findRun } from "./find-run.ts";
import { followToEnd } from "./follow-to-end.ts";
import { checkNewId, checkTakesOver } from "./new-run.ts";
import { readProgress } from "./read-progress.ts";

export const retryCommand: Command = {
  name: "retry",
  words: ["RUN"],
  summary: "start a new run that makes anew what failed in an ended one, and follow it",
  examples: [
    ["reeve retry import-42", "what it completed is taken over, unless it was undone"],
    ["reeve retry import-42 --id import-42-again", "starting twice with one id is one run"],
    ["reeve retry import-42 --from check", "go back further than to what failed"],
    [`reeve retry import-42 --from check --input '{"limit":10}'`, "that step gets another input"],
    ["reeve fork import-42 --from check", "the same for a run that has not ended"],
  ],
  options: {
    from: {
      kind: "text",
      value: "STEP",
      summary: "the step's path, as reeve show names it (default: what failed)",
    },
    input: {
      kind: "text",
      value: "JSON|@FILE|-",
      short: "i",
      summary: "what that step gets instead of its input",
    },
    id: { kind: "text", value: "ID", summary: "the new run's id (default: a new one)" },
    ...JSON_OPTION,
    ...ACCESS_OPTIONS,
  },
  run: async (call) => {
    const { given, folder } = call;
    const source = given.word(0);
    const id = checkNewId(call, source);
    const from = given.text("from");
    if (given.text("input") !== undefined && from === undefined) {
      throw usageError(
        "--input needs --from STEP",
        `name the step that gets it; for the whole run with another input: reeve fork ${shellWord(source)} --input JSON`,
      );
    }
    const input = await readValue("--input", given.text("input"), folder);
    {
      // Asked as a guest first: a slip must not set the unfinished runs of the log going.
      await using guest = await openAccess(call, "guest");
      await refuseNothingToRetry(guest, source, from);
    }
    await using runtime = await openAccess(call, "work");
    return await followToEnd(call, runtime, async () => {
      const run = await begin(runtime.run(source), { from, input, id });
      await checkTakesOver(run, source, (given) => given === from);
      const where = from === undefined ? "" : ` from step '${from}'`;
      call.terminal.err.line(`run ${run.id} retries run ${source}${where}`);
      return run;
    });
  },
};

interface Asked {
  readonly from: string | undefined;
  readonly input: unknown;
  readonly id: string | undefined;
}

/** What goes back to a step of one's choice is a fork. */
function begin(run: RunHandle, { from, input, id }: Asked): Promise<RunHandle> {
  const named = id === undefined ? {} : { id };
  if (from === undefined) return run.retry(named);
  return run.fork({ from, ...named, ...(input === undefined ? {} : { input }) });
}

/** @throws CommandError for a run that goes on, and for one in which nothing failed. */
async function refuseNothingToRetry(
  runtime: RuntimeAccess,
  source: string,
  from: string | undefined,
): Promise<void> {
  const { state, outcome } = await findRun(runtime, source);
  const word = shellWord(source);
  if (state !== "ended") {
    throw new CommandError(
      EXIT.refused,
      `run '${source}' is ${state}; only a run that has ended can be retried`,
      `go on with it: reeve resume ${word}; or end it: reeve cancel ${word}`,
    );
  }
  if (from !== undefined || outcome !== "completed") return;
  const { progress } = await readProgress(runtime, runtime.run(source));
  // A run completes although items or branches failed where that is tolerated.
  if (progress.failures.length > 0) return;
  throw new CommandError(
    EXIT.refused,
    `run '${source}' completed, and nothing in it failed`,
    `make it anew from a step: reeve retry ${word} --from STEP; the whole run: reeve fork ${word}`,
  );
}
