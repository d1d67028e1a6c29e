/** What a run has used so far: its attempts, and the runs that it awaited and that have ended. */
import type { Event, Usage } from "@reeve/core";
import type { Progress } from "./progress.ts";

/** Parts of a dollar: sums of decimal fractions stay readable. */
const UNIT = 1e9;

/** What was taken over from another run was used there. */
export function advanceUsage(progress: Progress, event: Event): void {
  if (event.kind !== "step-completed" && event.kind !== "attempt-failed" && event.kind !== "child-ended")
    return;
  const { usage, copied } = event;
  if (!usage || copied === true) return;
  const before: Required<Usage> = progress.usage ?? { inputTokens: 0, outputTokens: 0, costUsd: 0 };
  progress.usage = {
    inputTokens: before.inputTokens + (usage.inputTokens ?? 0),
    outputTokens: before.outputTokens + (usage.outputTokens ?? 0),
    costUsd: Math.round((before.costUsd + (usage.costUsd ?? 0)) * UNIT) / UNIT,
  };
}
