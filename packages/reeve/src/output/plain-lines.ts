/**
 * Progress where nothing can be redrawn: one line for each thing worth knowing, with the time it happened. Items of a
 * loop are counted, not listed, unless they are in trouble.
 */
import type { Event } from "@reeve/core";
import { isInLoop, parentOf } from "../progress/plan.ts";
import type { LoopProgress, Progress } from "../progress/progress.ts";
import { ratePerSecond } from "../progress/rate.ts";
import { clockText, dateText, durationText, secondsText } from "./duration.ts";
import { countText, plural, rateText } from "./number-text.ts";
import { oneLine, shorten } from "./safe-text.ts";
import { pauseText } from "./stand-line.ts";

/** A loop tells how far it is no more often than this. */
const LOOP_LINE_EVERY_MS = 2_000;
const TEXT_LENGTH_MAX = 500;

export interface PlainLines {
  /** The lines for an event that `progress` already counts. */
  linesFor(event: Event, progress: Progress): string[];
}

/** Makes lines from events in order. */
export function plainLines(runId: string): PlainLines {
  const toldAt = new Map<string, number>();
  return {
    linesFor: (event, progress) => {
      const lines = describe(event, oneLine(runId));
      if (event.path !== undefined) {
        lines.push(...iterationLines(event, progress, toldAt), ...loopLines(event, progress, toldAt));
      }
      return lines.map((line) => `${clockText(event.at)}  ${shorten(line, TEXT_LENGTH_MAX)}`);
    },
  };
}

/** The lines of one event, without the time; none for events that say little. */
export function describe(event: Event, runId: string): string[] {
  const path = oneLine(event.path ?? "");
  const counted = isInLoop(path);
  switch (event.kind) {
    case "attempt-started":
      return counted ? [] : [`started    ${path}${event.attempt > 1 ? ` (attempt ${event.attempt})` : ""}`];
    case "step-completed":
      if (event.copied) return counted ? [] : [`taken over ${path}`];
      return counted ? [] : [`completed  ${path} in ${durationText(event.durationMs)}`];
    case "attempt-failed": {
      if (event.error.code === "attempt-cancelled") return [`stopped    ${path}`];
      const then =
        event.retryInMs === undefined
          ? ""
          : `; attempt ${event.attempt + 1} in ${durationText(event.retryInMs)}`;
      const what = event.retryInMs === undefined ? "failed   " : "retrying ";
      return [`${what}  ${path}: ${oneLine(`${event.error.name}: ${event.error.message}`)}${then}`];
    }
    case "child-started":
      return counted ? [] : [`started    ${path} as run ${oneLine(event.child)}`];
    case "child-ended":
      return childEndLines(event, path, counted);
    case "run-started": {
      const notBefore = event.admission?.notBefore ?? 0;
      return notBefore > event.at ? [`queued     begins at ${dateText(notBefore)}`] : [];
    }
    case "run-admitted":
      return [`begins     after ${durationText(event.waitedMs)} in the queue`];
    case "run-paused":
      return [`paused     ${pauseText(event, runId)}`];
    case "run-resumed":
      return [`resumed    by ${oneLine(event.by)}`];
    case "attempt-lost":
      return [`lost       ${path}: the process ended during it`];
    case "value-failed":
      return [`failed     ${path}: ${oneLine(`${event.error.name}: ${event.error.message}`)}`];
    case "wait-started":
      return [waitText(path, event.until, runId)];
    case "signal-received":
      return [`answered   ${path}`];
    case "cancel-requested":
      return [`cancelling ${oneLine(event.reason)} (by ${oneLine(event.by)})`];
    case "value-recorded":
      return counted || typeof event.decision !== "string" || !path.endsWith("/!level")
        ? []
        : [`passed     over ${parentOf(path) ?? ""}: ${oneLine(event.decision)}`];
    case "level-ended":
      return counted ? [] : [levelText(path, event)];
    case "phase-started":
      return [`phase      ${path} started`];
    case "phase-ended":
      return [`phase      ${path} ${event.ok ? "completed" : "failed"} in ${durationText(event.durationMs)}`];
    case "step-logged":
      return event.level === "debug" ? [] : [`${event.level.padEnd(9)}  ${path}: ${oneLine(event.message)}`];
    case "run-stranded":
      return [`stranded   ${oneLine(event.reason)}; ${oneLine(event.hint)}`];
    default:
      return [];
  }
}

function levelText(
  path: string,
  { chain, ok, stopped, durationMs }: Extract<Event, { readonly kind: "level-ended" }>,
): string {
  const how = ok ? "completed" : stopped ? "stopped" : "failed";
  return `level      ${path} of ${oneLine(chain)} ${how} in ${durationText(durationMs)}`;
}

/** What is waited for, and the command that answers it. */
export function waitText(path: string, until: "signal" | "time" | undefined, runId: string): string {
  const answer = `; answer it: reeve signal ${runId} ${path} --answer JSON`;
  return `waiting    ${path}${until === "signal" ? answer : ""}`;
}

function childEndLines(
  { child, outcome, copied }: Extract<Event, { readonly kind: "child-ended" }>,
  path: string,
  counted: boolean,
): string[] {
  const run = `run ${oneLine(child)}`;
  if (path.endsWith("/undo")) {
    const undone = outcome.status === "cancelled";
    return undone && counted ? [] : [`${undone ? "undone   " : "not undone"}  ${path} by ${run}`];
  }
  if (copied) return counted ? [] : [`taken over ${path}: ${run}`];
  if (outcome.status === "completed") return counted ? [] : [`completed  ${path}: ${run}`];
  const why = "error" in outcome ? `: ${oneLine(outcome.error.message)}` : "";
  return [
    `${outcome.status === "cancelled" ? "cancelled" : "failed   "}  ${path}: ${run} ended as ${outcome.status}${why}`,
  ];
}

/** Which iteration of a `repeat` goes on, from time to time and at its end. */
function iterationLines(event: Event, progress: Progress, toldAt: Map<string, number>): string[] {
  if (event.kind !== "value-recorded" || !event.path.endsWith("/!until")) return [];
  const path = parentOf(parentOf(event.path) ?? "") ?? "";
  const step = progress.steps.get(path);
  if (isInLoop(path) || step?.iteration === undefined) return [];
  const name = oneLine(path);
  if (event.decision === true) {
    const took = durationText(event.at - step.startedAt);
    return [`completed  ${name} after ${plural(step.iteration, "iteration")} in ${took}`];
  }
  if (event.at - (toldAt.get(path) ?? 0) < LOOP_LINE_EVERY_MS) return [];
  toldAt.set(path, event.at);
  return [`progress   ${name}: ${plural(step.iteration, "iteration")} done`];
}

/** How far the loop around the event is, from time to time and at its end. */
function loopLines(event: Event, progress: Progress, toldAt: Map<string, number>): string[] {
  const lines: string[] = [];
  for (let path = event.path; path !== undefined; path = parentOf(path)) {
    const loop = progress.loops.get(path);
    if (!loop || isInLoop(path)) continue;
    const last = toldAt.get(path) ?? loop.startedAt;
    const isOver = loop.endedAt !== undefined;
    if (last === Infinity || (!isOver && event.at - last < LOOP_LINE_EVERY_MS)) continue;
    toldAt.set(path, isOver ? Infinity : event.at);
    lines.push(`${isOver ? "completed" : "progress "}  ${loopLine(path, loop, progress, event.at)}`);
  }
  return lines;
}

function loopLine(path: string, loop: LoopProgress, progress: Progress, now: number): string {
  const over = loop.done + loop.failed;
  const name = oneLine(path === "" ? progress.plan.root.label : path);
  const failed = loop.failed > 0 ? `, ${countText(loop.failed)} failed` : "";
  const counts = `${name} ${countText(over)}/${countText(loop.items)}${failed}`;
  if (loop.endedAt !== undefined) return `${counts} in ${durationText(loop.endedAt - loop.startedAt)}`;
  const perSecond = ratePerSecond(loop.rate, loop.startedAt, now);
  if (perSecond === undefined || perSecond === 0) return counts;
  return `${counts}, ${rateText(perSecond)}, ${secondsText(((loop.items - over) / perSecond) * 1_000)} left`;
}
