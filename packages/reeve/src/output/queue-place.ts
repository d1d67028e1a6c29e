/** Where a queued run stands, as far as the log tells: what limits its pattern has, and how many were queued before it. */
import type { RunRecord, Runtime } from "@reeve/core";
import type { Outline } from "../progress/outline.ts";
import type { QueuePlace } from "../progress/progress.ts";
import { plural } from "./number-text.ts";

/** Further ones are not counted: each frame of a display may ask again. */
const COUNTED_RUNS_MAX = 1_000;

export async function askQueuePlace(
  runtime: Pick<Runtime, "runs">,
  { id, pattern: name, startedAt }: RunRecord,
  outline: Outline | undefined,
): Promise<QueuePlace> {
  const { runs, next } = await runtime.runs({
    states: ["queued"],
    pattern: name,
    startedBefore: startedAt + 1,
    descending: false,
    limit: COUNTED_RUNS_MAX,
  });
  const own = runs.findIndex((run) => run.id === id);
  const before = own < 0 ? runs.length : own;
  return { before, isMore: own < 0 && next !== undefined, limits: outline?.limits ?? [] };
}

/** Such as "3 runs of it were queued before; limits: 1 at once, 10 per second". */
export function queuePlaceText({ before, isMore, limits }: QueuePlace): string {
  const runs = `${isMore ? "more than " : ""}${plural(before, "run")} of its pattern ${before === 1 ? "was" : "were"} queued before it`;
  return [
    ...(limits.length === 0
      ? []
      : [`its pattern has ${limits.length === 1 ? "a limit" : "limits"} of ${limits.join(", ")}`]),
    ...(before === 0 ? [] : [runs]),
  ].join("; ");
}
