/** What an attempt rejects with when it was told to stop. */
import { ReeveError } from "../errors.ts";

/** The signal's own reason where it is an error, else one that says it. */
export function stopReason(agent: string, signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  // A bare `abort()` has an AbortError as reason, which says nothing about who stopped what.
  if (reason instanceof Error && reason.name !== "AbortError") return reason;
  const why = typeof reason === "string" && reason !== "" ? `: ${reason}` : "";
  return new ReeveError("attempt-cancelled", `agent '${agent}' was stopped while it worked${why}`, {
    hint: "an attempt is stopped by a cancelled run, a timeout, a failed sibling or a closing runtime",
  });
}

/** The reason given to attempts that still run when their agent is closed. */
export function closeReason(agent: string): ReeveError {
  return new ReeveError("attempt-cancelled", `agent '${agent}' was closed while it worked`, {
    hint: "close the runtime with enough `drainMs` for attempts to end",
  });
}
