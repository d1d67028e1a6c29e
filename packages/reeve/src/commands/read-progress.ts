/** How far a run is, from all of its events up to now. */
import type { RunHandle } from "@reeve/core";
import type { RuntimeAccess } from "../access/runtime-access.ts";
import { advance } from "../progress/advance.ts";
import { unknownPlan } from "../progress/plan.ts";
import { newProgress, type Progress } from "../progress/progress.ts";

export interface ReadProgress {
  readonly progress: Progress;
  /** Of the last event read. */
  readonly position: number;
}

/** @throws ReeveError `run-not-found` */
export async function readProgress(runtime: RuntimeAccess, run: RunHandle): Promise<ReadProgress> {
  const record = await run.record();
  const outline = await runtime.outline(record.pattern);
  const progress = newProgress(outline?.plan ?? unknownPlan(record.pattern));
  let position = 0;
  for await (const event of run.events({ follow: false })) {
    advance(progress, event);
    position = event.position;
  }
  return { progress, position };
}
