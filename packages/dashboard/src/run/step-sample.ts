/** A step for tests. */
import type { StepView } from "../connection/contract.ts";

/** One that runs, unless what is given says otherwise. */
export function stepSample(path: string, given: Partial<StepView>): StepView {
  return {
    path,
    label: path,
    kind: "agent",
    agent: "worker",
    state: "running",
    startedAt: 0,
    endedAt: null,
    attempts: [],
    attemptCount: 1,
    waitsFor: null,
    fraction: null,
    note: null,
    child: null,
    takenOver: false,
    hasOutput: false,
    ...given,
  };
}
