/** Where the files of a soak are. */
import { join } from "node:path";

export interface SoakFiles {
  /** The log under attack. */
  readonly log: string;
  readonly ledger: string;
  readonly calls: string;
  /** The folder of runs that left the log. */
  readonly archive: string;
  /** The log of the process that lives on. */
  readonly steadyLog: string;
}

/** @param logFolder where the log under attack is: a small disk of its own where that can be had */
export function soakFiles(folder: string, logFolder: string): SoakFiles {
  return {
    log: join(logFolder, "attacked.db"),
    ledger: join(folder, "ledger.jsonl"),
    calls: join(folder, "calls.jsonl"),
    archive: join(folder, "archive"),
    steadyLog: join(folder, "steady.db"),
  };
}
