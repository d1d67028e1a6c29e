/** What a server refused, with the reasons it gave. */
import type { ErrorBody } from "../contract/route.ts";

export class ServerError extends Error {
  override readonly name: string = "ServerError";
  /** A page under docs/errors explains it. */
  readonly code: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  /** Of the answer. */
  readonly status: number;

  constructor(status: number, { code, message, hint, retryable }: ErrorBody["error"]) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint ?? undefined;
    this.retryable = retryable;
  }
}
