/** How a run ended, in words: the outcome, its error with what helps, and what a person must look at. */
import type { Aftermath, Outcome, OutcomeStatus, RunRecord, StepError } from "@reeve/core";
import { durationText } from "./duration.ts";
import { plural } from "./number-text.ts";
import { oneLine, safeLines, shorten } from "./safe-text.ts";
import type { Paint, Style } from "./terminal.ts";

const PATHS_SHOWN_MAX = 20;
const CAUSES_SHOWN_MAX = 5;
const MESSAGE_LENGTH_MAX = 2_000;

/** Everything of an outcome but its output. */
export function outcomeLines(
  outcome: Outcome,
  record: RunRecord,
  paint: Paint,
  withStack: boolean,
): string[] {
  const took =
    record.endedAt === undefined ? "" : ` after ${durationText(record.endedAt - record.startedAt)}`;
  const title = `${paint(styleOf(outcome.status), paint("bold", outcome.status))}${took}  ${oneLine(record.id)}`;
  if (outcome.status === "completed")
    return outcome.level === undefined ? [title] : [title, `by level ${oneLine(outcome.level)}`];
  return [title, ...causeLines(outcome, paint, withStack), ...aftermathLines(outcome, paint)];
}

/** The colour of an end: green is good, red needs a look, yellow was asked for. */
export function styleOf(status: OutcomeStatus): Style {
  if (status === "completed") return "green";
  return status === "cancelled" ? "yellow" : "red";
}

/** An error, where it happened, what caused it and what helps. */
export function errorLines(error: StepError, paint: Paint, withStack: boolean): string[] {
  const where = [
    error.path === "" ? "" : `in ${oneLine(error.path)}`,
    error.attempt !== undefined && error.attempt > 1 ? `attempt ${error.attempt}` : "",
  ].filter((part) => part !== "");
  const lines = [
    `${paint("red", nameAndMessage(error))}${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
  ];
  let { cause } = error;
  for (let depth = 0; cause && depth < CAUSES_SHOWN_MAX; depth++, cause = cause.cause) {
    lines.push(`  because ${nameAndMessage(cause)}`);
  }
  if (error.hint !== undefined) lines.push(`${paint("cyan", "hint:")} ${oneLine(error.hint)}`);
  if (withStack && error.stack !== undefined)
    lines.push(...safeLines(error.stack).map((line) => paint("dim", `  ${line}`)));
  return lines;
}

function nameAndMessage(error: StepError): string {
  return shorten(oneLine(`${error.name}: ${error.message}`), MESSAGE_LENGTH_MAX);
}

function causeLines(
  outcome: Exclude<Outcome, { status: "completed" }>,
  paint: Paint,
  withStack: boolean,
): string[] {
  switch (outcome.status) {
    case "failed":
    case "rolled-back":
      return errorLines(outcome.error, paint, withStack);
    case "rollback-failed":
      return [
        `the run had ${outcome.because}, and an undo failed`,
        ...errorLines(outcome.error, paint, withStack),
      ];
    case "rejected":
      return errorLines(outcome.error, paint, withStack);
    case "cancelled":
      return [`reason: ${oneLine(outcome.reason)}`];
    case "timed-out":
      return [`its deadline of ${durationText(outcome.afterMs)} passed`];
  }
}

function aftermathLines(aftermath: Aftermath, paint: Paint): string[] {
  return [
    ...pathLines("undone", aftermath.undone, paint, "dim"),
    ...pathLines("kept", aftermath.kept, paint, "dim"),
    ...pathLines("NOT undone; a person must look", aftermath.notUndone, paint, "red"),
    ...pathLines("unsure: it may have had its effect; a person must look", aftermath.unsure, paint, "yellow"),
  ];
}

function pathLines(title: string, paths: readonly string[], paint: Paint, style: Style): string[] {
  if (paths.length === 0) return [];
  const shown = paths.slice(0, PATHS_SHOWN_MAX).map((path) => `  ${oneLine(path)}`);
  const more = paths.length - shown.length;
  return [
    paint(style, `${title} (${plural(paths.length, "step")}):`),
    ...shown,
    ...(more > 0 ? [`  and ${more} more; see them all with --json`] : []),
  ];
}
