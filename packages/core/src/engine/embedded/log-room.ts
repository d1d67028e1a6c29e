/**
 * How much a run may log: what steps say belongs to the run's page, and must not fill the disk.
 *
 * Invariant: a line is kept as a whole or not at all, so that a secret in it is found.
 */

/** The last one that fits says that no more do; one that is too large is replaced by that. */
export type LogRoom = "enough" | "last" | "too-large" | "none";

/** What a run has logged, and how many lines of it were dropped. */
export interface Logged {
  logLines: number;
  logBytes: number;
  logDropped: number;
}

const LINES_MAX = 1_000;
const BYTES_MAX = 262_144;

/** Counts the line. */
export function takeLogLine(logged: Logged, message: string): LogRoom {
  if (logged.logLines >= LINES_MAX || logged.logBytes >= BYTES_MAX) {
    logged.logDropped++;
    return "none";
  }
  logged.logLines++;
  const bytes = Buffer.byteLength(message);
  if (logged.logBytes + bytes > BYTES_MAX) {
    logged.logDropped++;
    logged.logBytes = BYTES_MAX;
    return "too-large";
  }
  logged.logBytes += bytes;
  return logged.logLines === LINES_MAX ? "last" : "enough";
}
