/**
 * What a run that comes into memory knows of what was: its own history, that of the run it undoes, and what there is to
 * take over of the run it was forked from.
 */
import type { RunOrigin } from "../../delegation/event.ts";
import type { RunRow, Store } from "../store.ts";
import { readKept, type Kept } from "./kept.ts";
import { joined, remember, type RunMemory } from "./run-memory.ts";

export interface RecallHost {
  readonly store: Store;
  /** The run's row as it is in memory, else on disk. */
  row(runId: string): RunRow | undefined;
}

/** What the log says of a run that was in it before. */
export function recall({ key, origin }: RunRow, host: RecallHost): RunMemory {
  return goingOn(remember(host.store, key), origin, host);
}

/** A run that undoes another one goes on from where that has ended: to its walk, what both did is one history. */
export function goingOn(own: RunMemory, origin: RunOrigin | undefined, host: RecallHost): RunMemory {
  const fork = origin?.forkedFrom;
  const undone = fork?.undoes ? host.row(fork.run) : undefined;
  return undone ? joined(recall(undone, host), own) : own;
}

/** Reads what a forked run takes over; undefined where there is nothing to read. */
export function keptFor({ origin }: RunRow, host: RecallHost): (() => Kept) | undefined {
  const fork = origin?.forkedFrom;
  const source = fork && !fork.undoes ? host.row(fork.run) : undefined;
  return fork && source && (() => readKept(host.store, source, fork));
}
