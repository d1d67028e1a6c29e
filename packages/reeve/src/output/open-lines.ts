/** What a run waits for since before it was followed, in lines: whoever follows it then would see nothing move. */
import { isInLoop } from "../progress/plan.ts";
import { isUnderWay, type Progress, type StepProgress } from "../progress/progress.ts";
import { clockText } from "./duration.ts";
import { waitText } from "./plain-lines.ts";
import { oneLine } from "./safe-text.ts";
import { pauseText } from "./stand-line.ts";

const LINES_MAX = 20;

/** @param before what began later than this (epoch milliseconds) was told when it did */
export function openLines({ steps, paused }: Progress, runId: string, before: number): string[] {
  const open = Array.from(steps.values()).filter(
    (step) => step.startedAt < before && isUnderWay(step) && !isInLoop(step.path),
  );
  const lines = open.flatMap((step) =>
    lineOf(step, runId).map((line) => `${clockText(step.startedAt)}  ${line}`),
  );
  if (paused && paused.at < before)
    lines.push(`${clockText(paused.at)}  paused     ${pauseText(paused, runId)}`);
  return lines.slice(0, LINES_MAX);
}

function lineOf({ state, path, waitsFor, child }: StepProgress, runId: string): string[] {
  if (state === "waiting") return [waitText(oneLine(path), waitsFor, oneLine(runId))];
  return child === undefined ? [] : [`goes on    ${oneLine(path)} as run ${oneLine(child)}`];
}
