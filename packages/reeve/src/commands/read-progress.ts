/** How far a run is, from all of its events up to now. */
import type { RunHandle, Runtime } from "@reeve/core";
import { advance } from "../progress/advance.ts";
import { planOf, unknownPlan } from "../progress/plan.ts";
import { newProgress, type Progress } from "../progress/progress.ts";
import { patternNamed } from "./pattern-named.ts";

export interface ReadProgress {
  readonly progress: Progress;
  /** Of the last event read. */
  readonly position: number;
}

/** @throws ReeveError `run-not-found` */
export async function readProgress(runtime: Runtime, run: RunHandle): Promise<ReadProgress> {
  const record = await run.record();
  const pattern = patternNamed(runtime, record.pattern);
  const progress = newProgress(pattern ? planOf(pattern) : unknownPlan(record.pattern));
  let position = 0;
  for await (const event of run.events({ follow: false })) {
    advance(progress, event);
    position = event.position;
  }
  return { progress, position };
}
