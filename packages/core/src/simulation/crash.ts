/** Where one life of a simulated process ends. */
export interface Crash {
  /** Commits of this life, counted from 1. */
  readonly atCommit: number;
  /** "before": the batch is lost. "after": it is stored, and nobody is told. */
  readonly side: "before" | "after";
  /** How long nothing runs until the next life begins. */
  readonly downMs: number;
}
