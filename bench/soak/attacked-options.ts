/** What the process under attack is told, and how it tells that it could not begin. */
import type { SoakFiles } from "./folder.ts";

export interface AttackedOptions {
  readonly files: SoakFiles;
  /** Counts the processes. */
  readonly life: number;
  readonly seed: number;
  /** "load": goes on until it is ended from outside. "finish": starts nothing, and ends when every run has ended. */
  readonly task: "load" | "finish";
  readonly runsAtOnce: number;
  readonly effectMsMax: number;
  readonly retentionMs: number;
}

/** How the process ends when the log can't be opened because the disk is full. */
export const EXIT_NO_ROOM = 75;
