/** Reads how a run ended from its events. */
import { ReeveError } from "../../errors.ts";
import type { RunRow, Store } from "../store.ts";
import { usageIn, type RunEnd } from "./run-usage.ts";

/** @throws ReeveError `file-damaged` when the end is not there. */
export function readEnd(store: Store, row: RunRow): RunEnd {
  let last = store.lastEvent(row.key);
  // An abandoned attempt may have ended after its run.
  while (last && last.kind !== "run-ended") {
    last = last.seq > 1 ? store.history(row.key, last.seq - 2, 1)[0] : undefined;
  }
  if (last?.kind === "run-ended") return { outcome: last.outcome, usage: usageIn(last) };
  throw new ReeveError("file-damaged", `run '${row.id}' has ended, but its end is not in the log`, {
    hint: "restore the file from a backup",
  });
}
