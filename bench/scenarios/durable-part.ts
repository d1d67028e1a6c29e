/** One part of the durable benchmark. */
import type { Bar } from "./bar.ts";

export interface PartOptions {
  /** For its files; on a disk. */
  readonly folder: string;
  /** A tenth of everything: shows that it works, judges nothing. */
  readonly quick: boolean;
  readonly rounds: number;
}

export interface Part {
  /** As it is printed. */
  readonly text: string;
  /** For programs. */
  readonly figures: unknown;
  readonly bars: readonly Bar[];
}
