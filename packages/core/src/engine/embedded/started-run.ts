/**
 * The row of a run that starts. A class, because of what V8 learns of literals whose objects live a little longer: one such row
 * kept all its texts alive until the whole heap was collected (docs/algorithms/memory-of-a-run.md).
 */
import type { Context } from "../../delegation/context.ts";
import type { RunOrigin } from "../../delegation/event.ts";
import type { RunState } from "../../delegation/outcome.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import type { RunKey, RunRow } from "../store.ts";
import type { NewRun } from "./new-run.ts";

export class StartedRun implements RunRow {
  readonly key: RunKey;
  readonly id: string;
  readonly pattern: string;
  readonly patternVersion: string;
  readonly state: RunState;
  readonly outcome = undefined;
  readonly context: Context;
  readonly input: PayloadId | undefined;
  readonly inputDigest: string;
  readonly origin: RunOrigin | undefined;
  readonly startedAt: number;
  readonly endedAt = undefined;

  /** @param context as the run sees it @param startedAt epoch milliseconds */
  constructor(request: NewRun, key: RunKey, state: RunState, context: Context, startedAt: number) {
    this.key = key;
    this.id = request.id;
    this.pattern = request.pattern;
    this.patternVersion = request.patternVersion;
    this.state = state;
    this.context = context;
    this.input = request.input;
    this.inputDigest = request.inputDigest;
    this.origin = request.origin;
    this.startedAt = startedAt;
  }
}
