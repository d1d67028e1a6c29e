/** What the engine's thread and the writer's tell each other. */
import type { ErrorCode } from "../../errors.ts";
import { isObject } from "./columns.ts";
import type { BatchText } from "./batch-text.ts";

export interface WriterStart {
  readonly file: string;
  readonly durability: "fsync" | "os";
  /** So many pages are in the write-ahead log when a write copies it by itself. */
  readonly checkpointPages: number;
  /** Set to 1, and notified, when the thread has closed the file. */
  readonly closed: Int32Array<SharedArrayBuffer>;
}

/** Whether a thread was started by this library. */
export function isWriterStart(start: unknown): start is WriterStart {
  return isObject(start) && typeof start["file"] === "string" && start["closed"] instanceof Int32Array;
}

export type WriterRequest =
  /**
   * @param forget somebody else has written since the last batch
   * @param era grows with each refusal that the engine's thread has heard of
   */
  | { readonly kind: "write"; readonly batch: BatchText; readonly forget: boolean; readonly era: number }
  /** Copies what is in the write-ahead log into the file. */
  | { readonly kind: "checkpoint" }
  | { readonly kind: "close" };

export type WriterAnswer =
  /** The thread has the file open; told once. */
  | { readonly kind: "ready" }
  /**
   * @param count of batches that were written together
   * @param emptied groups of runs that the file has no more
   */
  | { readonly kind: "stored"; readonly count: number; readonly emptied: ReadonlySet<number> }
  | {
      readonly kind: "refused";
      readonly count: number;
      readonly code: ErrorCode;
      readonly message: string;
      readonly hint: string | undefined;
      readonly retryable: boolean;
    }
  | { readonly kind: "checked" }
  | { readonly kind: "failed"; readonly count: number; readonly error: unknown };
