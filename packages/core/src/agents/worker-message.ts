/** What a thread and its host say to each other; everything here crosses by structured clone. */
import type { MessagePort } from "node:worker_threads";
import type { Context } from "../delegation/context.ts";
import type { ContextChange } from "../delegation/changed.ts";
import type { LogLevel, Usage } from "../delegation/event.ts";
import type { StepError } from "../delegation/outcome.ts";
import type { ErrorCode } from "../errors.ts";
import type { Crossing } from "./crossing.ts";

/** What a thread needs for one attempt. */
export interface ThreadTask {
  readonly agent: string;
  /** A `file:` URL. */
  readonly module: string;
  readonly exportName: string;
  readonly input: Crossing;
  readonly facts: {
    readonly idempotencyKey: string;
    readonly attempt: number;
    readonly path: string;
    readonly runId: string;
    readonly traceparent: string;
  };
  readonly context: Context;
  /** The thread's end of the channel of this attempt. */
  readonly port: MessagePort;
}

export interface ToThread {
  readonly kind: "stop";
  readonly reason: StepError;
}

/** How the attempt ended, as the thread says it. */
export type ThreadOutcome =
  | { readonly kind: "returned"; readonly output: Crossing; readonly change?: ContextChange }
  /** The function threw, or something in the thread did that nobody caught. */
  | { readonly kind: "failed"; readonly error: StepError; readonly retryable: boolean }
  /** The thread could not do what it was asked: no such module, no such export, an output that can't cross. */
  | { readonly kind: "refused"; readonly code: ErrorCode; readonly message: string; readonly hint: string }
  /** `process.exit()` in the thread. */
  | { readonly kind: "exiting"; readonly code: number };

export type FromThread =
  | { readonly kind: "started" }
  | { readonly kind: "progress"; readonly fraction: number; readonly note?: string }
  | { readonly kind: "heartbeat" }
  | { readonly kind: "log"; readonly level: LogLevel; readonly message: string }
  | { readonly kind: "usage"; readonly used: Usage }
  | ThreadOutcome;
