/**
 * The one error base of Reeve. Every error the library throws on purpose is a `ReeveError`: a stable `code`
 * (a page under docs/errors explains it), a message that holds the offending value, and a `hint` with the remedy.
 *
 * Expected ends of runs (`failed`, `cancelled` …) are values, see delegation/outcome.ts, and are never thrown.
 */

/** Every code a `ReeveError` or a failed step can carry. */
export type ErrorCode =
  | "agent-invalid"
  | "attempt-abandoned"
  | "attempt-cancelled"
  | "attempt-lost"
  | "attempt-timed-out"
  | "heartbeat-missed"
  | "approval-timed-out"
  | "pattern-timed-out"
  | "input-invalid"
  | "output-invalid"
  | "verify-failed"
  | "thrown"
  | "decision-failed"
  | "items-invalid"
  | "need-failed"
  | "too-many-failures"
  | "repeat-exhausted"
  | "child-failed"
  | "delegation-too-deep"
  | "coverage-too-low"
  | "rollback-triggered"
  | "value-not-storable"
  | "payload-too-large"
  | "substep-repeated"
  | "output-unavailable"
  | "permission-denied"
  | "context-not-preserved"
  | "worker-failed"
  | "worker-exited"
  | "process-failed"
  | "process-killed"
  | "process-not-started"
  | "output-too-large"
  | "pattern-invalid"
  | "option-invalid"
  | "schedule-invalid"
  | "pattern-not-found"
  | "confidence-too-low"
  | "resources-exhausted"
  | "agent-not-found"
  | "pattern-duplicate"
  | "stored-patterns-invalid"
  | "run-not-found"
  | "run-conflict"
  | "run-id-invalid"
  | "run-stranded"
  | "run-ended"
  | "run-not-ended"
  | "log-trimmed"
  | "signal-unknown"
  | "signal-ambiguous"
  | "signal-invalid"
  | "runtime-closed"
  | "engine-in-use"
  | "file-owned"
  | "file-exists"
  | "file-damaged"
  | "file-not-reeve"
  | "file-too-new"
  | "storage-unavailable"
  | "secret-key-missing"
  | "access-invalid"
  | "not-signed-in"
  | "request-refused"
  | "request-too-large"
  | "route-not-found"
  | "server-read-only"
  | "runtime-unavailable"
  | "crashed-by-test"
  | "never-settled";

/** What a `ReeveError` carries beside its message. */
export interface ReeveErrorOptions {
  /** The error that led to this one. */
  readonly cause?: unknown;
  /** One sentence: the change or command that helps. */
  readonly hint?: string;
  /** Whether the same call can succeed later without a change. @default false */
  readonly retryable?: boolean;
}

/** The base of all errors thrown by Reeve. */
export class ReeveError extends Error {
  override readonly name: string = "ReeveError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: ReeveErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
  }
}

/** Thrown by an agent to fail its step at once: no further attempt is made, whatever the retry policy says. */
export class NonRetryableError extends Error {
  override readonly name: string = "NonRetryableError";
}
