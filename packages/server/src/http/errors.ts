/** What goes wrong while answering, as a status and a body: code, message, hint. */
import { ReeveError, type ErrorCode } from "@reeve/core";
import type { ErrorBody } from "../contract/route.ts";

export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 500 | 503;
  readonly body: ErrorBody;
}

const STATUS_OF_CODE: { readonly [code in ErrorCode]?: Refusal["status"] } = {
  "option-invalid": 400,
  "run-id-invalid": 400,
  "schedule-invalid": 400,
  "input-invalid": 422,
  "value-not-storable": 422,
  "signal-invalid": 422,
  "payload-too-large": 413,
  "request-too-large": 413,
  "not-signed-in": 401,
  "permission-denied": 403,
  "request-refused": 403,
  "run-not-found": 404,
  "pattern-not-found": 404,
  "agent-not-found": 404,
  "signal-unknown": 404,
  "output-unavailable": 404,
  "route-not-found": 404,
  "run-conflict": 409,
  "run-ended": 409,
  "run-not-ended": 409,
  "run-stranded": 409,
  "signal-ambiguous": 409,
  "log-trimmed": 409,
  "server-read-only": 409,
  "storage-unavailable": 503,
  "runtime-closed": 503,
  "runtime-unavailable": 503,
};

/** @param told where a fault that is nobody's request goes to: a stranger learns no more than that there was one */
export function refusalOf(error: unknown, told: (error: unknown) => void): Refusal {
  // Known by shape: what a runtime of another thread throws has lost its class.
  const status = isReeveError(error) ? STATUS_OF_CODE[error.code] : undefined;
  if (isReeveError(error) && status !== undefined) {
    const { code, message, hint, retryable } = error;
    return { status, body: { error: { code, message, hint: hint ?? null, retryable } } };
  }
  told(error);
  // The message may name files of this machine; the code alone has a page that helps.
  const message = "the server failed to answer";
  const code = isReeveError(error) ? error.code : "internal";
  const hint = "see what the server's process wrote to its standard error";
  return { status: 500, body: { error: { code, message, hint, retryable: false } } };
}

function isReeveError(error: unknown): error is ReeveError {
  return error instanceof ReeveError;
}
