/** What the runtime's thread and the server's tell each other. */
import { ReeveError, type AlertRules, type CallerOptions, type ErrorCode } from "@reeve/core";
import type { RequestName } from "../commands/ask.ts";
import type { Report } from "../health/known.ts";
import type { ServingOptions } from "../http/serve.ts";
import type { Handed } from "./hand-over.ts";
import type { Described } from "../patterns/describe-patterns.ts";

/** What the server's thread begins with. */
export interface ThreadStart {
  readonly kind: "reeve-server";
  /** The log's file. */
  readonly file: string;
  readonly described: Described;
  /** The runtime's. */
  readonly alertRules: AlertRules;
  readonly role: "owner" | "guest";
  /** What its owner knows of the log; undefined: the runtime is a guest itself, and the thread reads the log. */
  readonly handed: Handed | undefined;
  readonly readOnly: boolean;
  readonly options: ServingOptions;
}

export function isThreadStart(value: unknown): value is ThreadStart {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "reeve-server";
}

/** An error that crosses threads, where classes are lost. */
export interface PlainError {
  /** Undefined: none of the library's own. */
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;
}

export function plainError(error: unknown): PlainError {
  if (error instanceof ReeveError) {
    const { code, message, hint, retryable } = error;
    return { code, message, hint, retryable };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: undefined, message, hint: undefined, retryable: false };
}

export function revivedError({ code, message, hint, retryable }: PlainError): Error {
  if (code === undefined) return new Error(message);
  return new ReeveError(code, message, { retryable, ...(hint !== undefined && { hint }) });
}

export type ToServer =
  /** The runtime's event loop turns. */
  | { readonly kind: "beat" }
  | { readonly kind: "news"; readonly handed: Handed }
  | { readonly kind: "patterns"; readonly described: Described }
  | { readonly kind: "report"; readonly report: Report }
  | { readonly kind: "acted"; readonly id: number; readonly output: unknown }
  | { readonly kind: "refused"; readonly id: number; readonly error: PlainError }
  | { readonly kind: "ticket"; readonly id: number }
  | { readonly kind: "closing" }
  | { readonly kind: "close" };

export type ToRuntime =
  | { readonly kind: "listening"; readonly url: string }
  /** Asks for the news. */
  | { readonly kind: "news" }
  | { readonly kind: "failed"; readonly error: PlainError }
  | {
      readonly kind: "act";
      readonly id: number;
      readonly name: RequestName;
      readonly input: unknown;
      readonly caller: CallerOptions;
    }
  | { readonly kind: "ticket"; readonly id: number; readonly ticket: string }
  | { readonly kind: "told"; readonly what: string; readonly message: string }
  | { readonly kind: "closed" };
