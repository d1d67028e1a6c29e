/** Limits on the runs of a pattern: how many at once, and how many a second, all together or for each key. */
import type { Context } from "./context.ts";

/** A limit as it is declared; at least one of `concurrency` and `perSecond`. */
export interface LimitOptions<Input> {
  /** Names whom a run counts for, such as its tenant; each key has the limit to itself. @default all runs together */
  key?(context: Context, input: Input): string;
  /** Runs that go on at once, a whole number of 1 or more. @default no limit */
  readonly concurrency?: number;
  /** Runs that start per second, above 0. @default no limit */
  readonly perSecond?: number;
}

/** How much a place gives room to: runs at once, and starts per second. */
export interface PlaceLimit {
  readonly concurrency: number | undefined;
  readonly perSecond: number | undefined;
}

/** A limit as the runtime sees it: checked, types erased. */
export interface Limit extends PlaceLimit {
  readonly key: ((context: Context, input: unknown) => string) | undefined;
}
