/** `reeve bulk`: one action for every run that a filter names; says first what it would do. */
import type { BulkInput, BulkResult } from "@reeve/server/contract";
import { openAccess } from "../access/open-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { usageError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { oneOf } from "../command-line/one-of.ts";
import { jsonText } from "../output/json-text.ts";
import { oneLine } from "../output/safe-text.ts";
import { awaitEnds } from "./await-ends.ts";
import { FILTER_OPTIONS, filterOf, limitOf, limitOption } from "./run-filter.ts";

type Action = BulkInput["action"];

const LIMIT_DEFAULT = 100;
const ACTIONS: readonly Action[] = ["cancel", "pause", "resume", "retry"];
/** Of these the log keeps why. */
const REASONED: readonly Action[] = ["cancel", "pause"];
const DONE: Readonly<Record<Action, string>> = {
  cancel: "asked to end",
  pause: "asked to pause",
  resume: "asked to go on",
  retry: "retried",
};

export const bulkCommand: Command = {
  name: "bulk",
  words: ["ACTION"],
  summary: `${ACTIONS.join(", ")} every run that fits; says first which those are`,
  examples: [
    [
      "reeve bulk cancel --pattern import --state queued --dry-run",
      "which runs that would be; nothing is done",
    ],
    ["reeve bulk cancel --pattern import --state queued --yes", "ends them; what they did is undone"],
    ["reeve bulk retry --outcome failed --pattern import --yes", "a new run for each that failed"],
    ["reeve bulk pause --domain billing --reason 'the bank is down' --yes", "until reeve bulk resume"],
  ],
  options: {
    ...FILTER_OPTIONS,
    ...limitOption(LIMIT_DEFAULT),
    reason: { kind: "text", value: "TEXT", summary: "why, for cancel and pause; kept in the log" },
    "dry-run": { kind: "flag", summary: "say which runs, and do nothing (without --yes it does no more)" },
    yes: { kind: "flag", summary: "do it" },
    ...JSON_OPTION,
    ...ACCESS_OPTIONS,
  },
  run: async (call) => {
    const asked = askedOf(call);
    // New runs have to begin somewhere: here, where no other process works.
    const begins = asked.action === "retry" && asked.dryRun === false;
    await using runtime = await openAccess(call, begins ? "work" : "guest");
    const result = await runtime.bulk(asked);
    if (call.given.flag("json")) call.terminal.out.line(jsonText({ action: asked.action, ...result }));
    else tell(call, asked.action, result, runtime.role);
    const started = result.runs.flatMap((run) => run.started ?? []);
    if (begins && runtime.role === "owner" && started.length > 0) {
      const interrupted = await awaitEnds(call, runtime, started);
      if (interrupted !== undefined) return interrupted;
    }
    return result.runs.some(({ error }) => error !== null) ? EXIT.refused : EXIT.ok;
  },
};

/** @throws CommandError */
function askedOf(call: Call): BulkInput {
  const { given } = call;
  const action = oneOf<Action>("ACTION", given.word(0), ACTIONS);
  const filter = filterOf(call);
  if (Object.keys(filter).length === 0) {
    throw usageError(
      "which runs is not said",
      "give at least one of --state, --unfinished, --outcome, --pattern, --domain",
    );
  }
  const isDone = given.flag("yes");
  if (isDone && given.flag("dry-run")) throw usageError("--yes and --dry-run exclude each other");
  const reason = given.text("reason");
  if (reason !== undefined && !REASONED.includes(action))
    throw usageError(`--reason is for ${REASONED.join(" and ")}`, `leave it out of reeve bulk ${action}`);
  const why = REASONED.includes(action) ? { reason: reason ?? `${action} from the command line` } : {};
  return { action, filter, dryRun: !isDone, limit: limitOf(call, LIMIT_DEFAULT), ...why };
}

function tell(
  { terminal: { out, err } }: Call,
  action: Action,
  { dryRun, runs, isMore }: BulkResult,
  role: "owner" | "guest" | "client",
): void {
  const failed = runs.filter(({ error }) => error !== null);
  for (const { id, started, error } of runs) {
    const name = oneLine(id);
    if (error !== null) out.line(`${name}  ${out.paint("red", "refused")}: ${oneLine(error)}`);
    else out.line(started === null ? name : `${name}  as ${oneLine(started)}`);
  }
  if (runs.length === 0) err.line(`no run fits that could be told to ${action}`);
  else if (dryRun) {
    err.line(`${countOf(runs.length)} would be ${DONE[action]}; nothing was done: say --yes to do it`);
  } else {
    const done = runs.length - failed.length;
    const later = role === "guest" ? ", by the process that owns the log, now or at its next start" : "";
    err.line(`${countOf(done)} ${done === 1 ? "was" : "were"} ${DONE[action]}${later}`);
  }
  if (isMore) err.line("more runs fit: raise --limit, or do it again");
}

function countOf(runs: number): string {
  return runs === 1 ? "1 run" : `${runs} runs`;
}
