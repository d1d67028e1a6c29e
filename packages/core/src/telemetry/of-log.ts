/** Events that are about the log as a whole are filed under runs of their own, which nobody started. */

/** Of a run whose beginning the log does not know any more. */
export const UNKNOWN = "unknown";

export function isOfLog(run: string): boolean {
  return run.startsWith("reeve:");
}
