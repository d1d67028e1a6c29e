/** Degradation chains: the part of the fold that is about their levels. */
import type { Event } from "@reeve/core";
import { isInLoop, labelOf, parentOf, placeAt } from "./plan.ts";
import type { Progress } from "./progress.ts";
import { begin, settle } from "./settle.ts";

/** The level at `path` does not begin. */
export function passOver(progress: Progress, path: string, why: string, at: number): void {
  begin(progress, path, at).passedOver = why;
  settle(progress, path, "skipped", at);
}

/** A level that began is over; where it gave the output, so is the chain, and those after it are not needed. */
export function advanceLevel(
  progress: Progress,
  { path, ok, stopped, at }: Extract<Event, { readonly kind: "level-ended" }>,
): void {
  const known = progress.steps.get(path);
  if (known?.endedAt === undefined)
    settle(progress, path, ok ? "completed" : stopped ? "stopped" : "failed", at);
  const above = parentOf(path) ?? "";
  const chain = progress.steps.get(above);
  if (!ok || !chain) return;
  chain.level = labelOf(path);
  if (isInLoop(path)) return;
  const levels = placeAt(progress.plan, above).children;
  const used = levels.indexOf(placeAt(progress.plan, path));
  for (const level of levels.slice(used + 1)) settle(progress, level.path, "skipped", at);
}
