/** From where on the built-in alerts fire. */

export interface AlertLimits {
  /** An attempt under way is stuck after so many times what 95 % of its pattern's runs take, 1 or more. */
  readonly stuckFactor: number;
  /** Never before so many milliseconds without an event. */
  readonly stuckMsMin: number;
  /** A run that is queued for so many milliseconds. */
  readonly queuedMs: number;
  /** Less than so many bytes are free for the log's file. */
  readonly diskFreeBytes: number;
  /** The event loop was blocked for so many milliseconds in the last minute. */
  readonly loopBlockedMs: number;
  /** What is exported is so many milliseconds behind the log. */
  readonly exportLagMs: number;
}

export const alertLimits: AlertLimits = {
  stuckFactor: 3,
  stuckMsMin: 60_000,
  queuedMs: 600_000,
  diskFreeBytes: 500_000_000,
  loopBlockedMs: 5_000,
  exportLagMs: 300_000,
};
