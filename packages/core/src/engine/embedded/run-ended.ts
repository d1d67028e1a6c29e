/** What is refused because its run has ended. */
import { ReeveError } from "../../errors.ts";
import type { SignalRequest } from "../engine.ts";
import type { RunRow, Store } from "../store.ts";
import { wasSent } from "./mailbox.ts";
import { remember } from "./run-memory.ts";

/**
 * A sender that does not know whether it was heard may send again, also after the run's end.
 * @throws ReeveError `run-ended`
 */
export function refuseUnlessSent(store: Store, row: RunRow, request: SignalRequest): void {
  if (wasSent(remember(store, row.key), request.path, request.key)) return;
  throw runEnded(row, "takes no signals");
}

export function runEnded(row: RunRow, consequence: string): ReeveError {
  return new ReeveError("run-ended", `run '${row.id}' has ended and ${consequence}`, {
    hint: `see how it ended with \`reeve show ${row.id}\``,
  });
}
