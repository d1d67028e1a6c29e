/** `reeve show`: one run in full: its outcome, its steps, its errors and what a person must look at. */
import { traceIdOf, type RunHandle, type RunRecord } from "@reeve/core";
import { openAccess } from "../access/open-access.ts";
import type { RuntimeAccess } from "../access/runtime-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { shellWord } from "../command-line/shell-word.ts";
import { choiceLines } from "../output/choice-lines.ts";
import { dateText, durationText } from "../output/duration.ts";
import { jsonText } from "../output/json-text.ts";
import { countText } from "../output/number-text.ts";
import { originLines } from "../output/origin-text.ts";
import { recordJson } from "../output/record-json.ts";
import { errorLines, outcomeLines, styleOf } from "../output/outcome-lines.ts";
import { treeLines } from "../output/progress-lines.ts";
import { oneLine, shorten } from "../output/safe-text.ts";
import { scoreLines } from "../output/score-lines.ts";
import { standLine } from "../output/stand-line.ts";
import type { OutputStream } from "../output/terminal.ts";
import { usageText } from "../output/usage-text.ts";
import { askSurroundings } from "../output/watch-surroundings.ts";
import type { Progress } from "../progress/progress.ts";
import { findRun } from "./find-run.ts";
import { readProgress } from "./read-progress.ts";

const CHILDREN_SHOWN_MAX = 20;
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
  options: { ...JSON_OPTION, ...ACCESS_OPTIONS },
  run: async (call) => {
    await using runtime = await openAccess(call, "guest");
    const record = await findRun(runtime, call.given.word(0));
    const run = runtime.run(record.id);
    const { progress } = await readProgress(runtime, run);
    if (record.state !== "queued") progress.queued = undefined;
    if (record.state !== "ended") await lookAround(runtime, record, progress);
    if (call.given.flag("json")) await printJson(call, run, record, progress);
    else await print(call, run, record, progress);
    return EXIT.ok;
  },
};

/** What of an unfinished run is not in its own events. */
async function lookAround(runtime: RuntimeAccess, record: RunRecord, progress: Progress): Promise<void> {
  await askSurroundings(progress, { runtime, record, outline: await runtime.outline(record.pattern) });
  for (const step of progress.steps.values()) {
    const child = step.child === undefined ? undefined : progress.children.get(step.child);
    if (child) child.state = step.childState;
  }
}

async function print(call: Call, run: RunHandle, record: RunRecord, progress: Progress): Promise<void> {
  const { terminal, given } = call;
  const { out } = terminal;
  const { paint } = out;
  out.line(
    `${paint("bold", oneLine(record.pattern))}  ${oneLine(record.id)}  started ${dateText(record.startedAt)}`,
  );
  for (const line of originLines(record)) out.line(line);
  if (given.flag("debug") || record.origin?.traceparent !== undefined) printTrace(out, record, progress);
  const choice = await run.choice();
  if (choice) for (const line of choiceLines(choice, out)) out.line(line);
  const isEnded = record.state === "ended";
  const now = record.endedAt ?? Date.now();
  const columns = out.isLive ? out.columns : Infinity;
  const options = { runId: run.id, now, paint, columns, rows: Infinity, begunOnly: isEnded };
  for (const line of treeLines(progress, options)) out.line(line);
  if (!isEnded) printState(out, record, progress, now);
  printFailures(out.line, progress, paint, given.flag("debug"));
  printChildren(out, progress);
  const used = progress.usage && usageText(progress.usage);
  if (used) out.line(paint("dim", `used: ${used}`));
  if (isEnded) await printEnd(call, run, record, progress);
  else for (const line of scoreLines(progress, paint, columns)) out.line(line);
}

/** How a run ended, with what was said of it since, and its output or what helps. */
async function printEnd(
  { terminal: { out }, given }: Call,
  run: RunHandle,
  record: RunRecord,
  progress: Progress,
): Promise<void> {
  const { paint } = out;
  const columns = out.isLive ? out.columns : Infinity;
  const outcome = await run.outcome({ redacted: true });
  for (const line of outcomeLines(outcome, record, paint, given.flag("debug"))) out.line(line);
  for (const line of scoreLines(progress, paint, columns)) out.line(line);
  if (progress.queuedMs !== undefined)
    out.line(paint("dim", `queued for ${durationText(progress.queuedMs)} before`));
  if (outcome.status !== "completed") {
    out.line(paint("dim", `make anew what failed: reeve retry ${shellWord(run.id)}`));
    return;
  }
  if (outcome.output === undefined) return;
  const text = jsonText(outcome.output, 2);
  out.line(`${paint("dim", "output:")} ${shorten(text, OUTPUT_LENGTH_MAX)}`);
  if (text.length > OUTPUT_LENGTH_MAX) out.line(paint("dim", "the whole output: add --json"));
}

function printTrace({ line, paint }: OutputStream, record: RunRecord, { trace }: Progress): void {
  const ended = trace === undefined ? "not kept" : `kept: ${trace}`;
  line(paint("dim", `trace ${traceIdOf(record)}, ${record.state === "ended" ? ended : "not decided yet"}`));
}

/** Where an unfinished run stands, why it does not go on, and the commands that help. */
function printState(out: OutputStream, { id, state }: RunRecord, progress: Progress, now: number): void {
  const { paint } = out;
  const { cancelReason, stranded } = progress;
  const style = state === "stranded" ? "red" : state === "paused" ? "yellow" : "cyan";
  const cancel = cancelReason === undefined ? "" : `, cancel asked: ${oneLine(cancelReason)}`;
  out.line(`${paint(style, state)}${cancel}`);
  const stand = standLine(progress, id, now);
  if (stand !== undefined) out.line(paint("yellow", stand));
  if (progress.paused && progress.heldBack !== undefined) out.line(paint("yellow", progress.heldBack));
  if (!stranded) return;
  out.line(`${paint("red", "stranded:")} ${oneLine(stranded.reason)}`);
  out.line(`${paint("cyan", "hint:")} ${oneLine(stranded.hint)}`);
  out.line(`once it is registered: reeve resume ${shellWord(id)}, or reeve cancel ${shellWord(id)}`);
}

function printChildren({ line, paint }: OutputStream, { children, childCount }: Progress): void {
  if (childCount === 0) return;
  line(paint("dim", `child runs (${countText(childCount)}):`));
  const shown = Array.from(children.values()).slice(-CHILDREN_SHOWN_MAX);
  for (const { run, path, outcome, state } of shown) {
    const stands =
      outcome === undefined ? paint("cyan", state ?? "not ended") : paint(styleOf(outcome), outcome);
    line(`  ${oneLine(path)}  ${oneLine(run)}  ${stands}`);
  }
  if (childCount > shown.length) line(paint("dim", `  and ${countText(childCount - shown.length)} before`));
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

async function printJson(
  { terminal }: Call,
  run: RunHandle,
  record: RunRecord,
  progress: Progress,
): Promise<void> {
  const outcome = record.state === "ended" ? await run.outcome({ redacted: true }) : null;
  const steps = Array.from(progress.steps.values());
  const loops = Array.from(progress.loops, ([path, { items, done, failed }]) => ({
    path,
    items,
    done,
    failed,
  }));
  const {
    counts,
    failures,
    children,
    cancelReason,
    stranded,
    queued,
    queuePlace,
    queuedMs,
    paused,
    heldBack,
  } = progress;
  terminal.out.line(
    jsonText({
      run: recordJson(record),
      trace: { id: traceIdOf(record), kept: progress.trace ?? null },
      choice: (await run.choice()) ?? null,
      outcome,
      steps,
      loops,
      counts,
      usage: progress.usage ?? null,
      failures,
      children: Array.from(children.values()),
      queued: queued ?? null,
      queuePlace: queuePlace ?? null,
      queuedMs: queuedMs ?? null,
      paused: paused ?? null,
      heldBack: heldBack ?? null,
      cancelReason: cancelReason ?? null,
      score: progress.score ?? null,
      feedback: progress.feedback.map((each) => ({ ...each, note: each.note ?? null })),
      stranded: stranded ?? null,
    }),
  );
}
