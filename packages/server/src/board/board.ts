/** The state of the server's fold over the log; what it means stands in board-fold.ts. */
import type { Act } from "../contract/control.ts";
import type { FailureGroup } from "../contract/overview.ts";
import type { ErrorView } from "../contract/run-detail.ts";

/** How one run ended. */
export interface Ending {
  readonly run: string;
  readonly at: number;
  readonly bad: boolean;
  /** Of a bad one. */
  readonly error: ErrorView | null;
}

/** A run that ended with something left for a person. */
export interface Leftover {
  readonly kind: "rollback-failed" | "unsure";
  readonly run: string;
  readonly pattern: string;
  readonly paths: readonly string[];
  readonly at: number;
  readonly detail: string;
}

export interface Strand {
  readonly run: string;
  readonly at: number;
  readonly reason: string;
  readonly hint: string;
}

export interface Board {
  /** By pattern, the latest last. */
  readonly endings: Map<string, Ending[]>;
  /** By pattern, step and code; the latest last. */
  readonly failures: Map<string, FailureGroup>;
  failuresDropped: number;
  /** The latest last. */
  readonly acts: Act[];
  /** By run. */
  readonly leftovers: Map<string, Leftover>;
  readonly stranded: Map<string, Strand>;
}

export function emptyBoard(): Board {
  return {
    endings: new Map(),
    failures: new Map(),
    failuresDropped: 0,
    acts: [],
    leftovers: new Map(),
    stranded: new Map(),
  };
}

/** Maps keep the order in which keys were set. */
export function dropOldest<Value>(map: Map<string, Value>, max: number): number {
  let dropped = 0;
  for (const key of map.keys()) {
    if (map.size <= max) break;
    map.delete(key);
    dropped++;
  }
  return dropped;
}
