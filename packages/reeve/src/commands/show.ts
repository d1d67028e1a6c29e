/** `reeve show`: one run in full: its outcome, its steps, its errors and what a person must look at. */
import type { RunHandle, Runtime } from "@reeve/core";
import { CONFIG_OPTION, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { openAsGuest } from "../config/open-runtime.ts";
import { dateText } from "../output/duration.ts";
import { jsonText } from "../output/json-text.ts";
import { recordJson } from "../output/record-json.ts";
import { errorLines, outcomeLines } from "../output/outcome-lines.ts";
import { treeLines } from "../output/progress-lines.ts";
import { oneLine, shorten } from "../output/safe-text.ts";
import { advance } from "../progress/advance.ts";
import { planOf, unknownPlan } from "../progress/plan.ts";
import { newProgress, type Progress } from "../progress/progress.ts";
import { patternNamed } from "./follow-to-end.ts";

const FAILURES_SHOWN_MAX = 20;
const OUTPUT_LENGTH_MAX = 2_000;

export const showCommand: Command = {
  name: "show",
  words: ["RUN"],
  summary: "show one run: its outcome, steps and errors",
  examples: [
    ["reeve show import-42", "how it went, step by step"],
    ["reeve show import-42 --debug", "with the stacks of errors"],
    ["reeve show import-42 --json | jq .outcome.output", "for programs, with the whole output"],
  ],
  options: { ...JSON_OPTION, ...CONFIG_OPTION },
  run: async (call) => {
    await using runtime = await openAsGuest(call);
    const run = runtime.run(call.given.word(0));
    const progress = await readProgress(runtime, run);
    if (call.given.flag("json")) await printJson(call, run, progress);
    else await print(call, run, progress);
    return EXIT.ok;
  },
};

async function readProgress(runtime: Runtime, run: RunHandle): Promise<Progress> {
  const record = await run.record();
  const pattern = patternNamed(runtime, record.pattern);
  const progress = newProgress(pattern ? planOf(pattern) : unknownPlan(record.pattern));
  for await (const event of run.events({ follow: false })) advance(progress, event);
  return progress;
}

async function print({ terminal, given }: Call, run: RunHandle, progress: Progress): Promise<void> {
  const { out } = terminal;
  const { paint } = out;
  const record = await run.record();
  out.line(
    `${paint("bold", oneLine(record.pattern))}  ${oneLine(record.id)}  started ${dateText(record.startedAt)}`,
  );
  const isEnded = record.state === "ended";
  const now = record.endedAt ?? Date.now();
  const columns = out.isLive ? out.columns : Infinity;
  const options = { runId: run.id, now, paint, columns, rows: Infinity, begunOnly: isEnded };
  for (const line of treeLines(progress, options)) out.line(line);
  if (!isEnded) {
    out.line(
      `${paint("cyan", record.state)}${progress.cancelReason === undefined ? "" : `, cancel asked: ${oneLine(progress.cancelReason)}`}`,
    );
    if (progress.stranded) {
      out.line(`${paint("red", "stranded:")} ${oneLine(progress.stranded.reason)}`);
      out.line(`${paint("cyan", "hint:")} ${oneLine(progress.stranded.hint)}`);
    }
  }
  printFailures(out.line, progress, paint, given.flag("debug"));
  if (!isEnded) return;
  const outcome = await run.outcome();
  for (const line of outcomeLines(outcome, record, paint, given.flag("debug"))) out.line(line);
  if (outcome.status !== "completed" || outcome.output === undefined) return;
  const text = jsonText(outcome.output, 2);
  out.line(`${paint("dim", "output:")} ${shorten(text, OUTPUT_LENGTH_MAX)}`);
  if (text.length > OUTPUT_LENGTH_MAX) out.line(paint("dim", "the whole output: add --json"));
}

/** Failures that the outcome does not name: those that were tolerated, and those of items. */
function printFailures(
  line: (text: string) => void,
  { failures, outcome }: Progress,
  paint: Parameters<typeof errorLines>[1],
  withStack: boolean,
): void {
  const named = outcome && "error" in outcome ? outcome.error.path : undefined;
  const others = failures.filter(({ error, path }) => error && path !== named);
  for (const { error } of others.slice(-FAILURES_SHOWN_MAX)) {
    if (error) for (const text of errorLines(error, paint, withStack)) line(text);
  }
}

async function printJson({ terminal }: Call, run: RunHandle, progress: Progress): Promise<void> {
  const record = await run.record();
  const outcome = record.state === "ended" ? await run.outcome() : null;
  const steps = Array.from(progress.steps.values());
  const loops = Array.from(progress.loops, ([path, { items, done, failed }]) => ({
    path,
    items,
    done,
    failed,
  }));
  const { counts, failures, cancelReason, stranded } = progress;
  terminal.out.line(
    jsonText({
      run: recordJson(record),
      outcome,
      steps,
      loops,
      counts,
      failures,
      cancelReason: cancelReason ?? null,
      stranded: stranded ?? null,
    }),
  );
}
