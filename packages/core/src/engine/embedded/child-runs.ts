/**
 * Runs that other runs start and await: their beginning and cancelling on behalf of the parent, how they ended, and
 * telling the parent so. A child is a run like any other; that it has a parent is known from its origin only.
 */
import { encode } from "../../delegation/codec.ts";
import type { PayloadId, Reference } from "../../delegation/reference.ts";
import type { CancelRequest } from "../engine.ts";
import type { RunRow, Store } from "../store.ts";
import type { Drain } from "./drain.ts";
import type { NewRun } from "./new-run.ts";
import type { ChildHost, ChildStart } from "./open-child.ts";
import { readEnd } from "./read-end.ts";
import { storeSealed, type SecretsHost } from "./run-secrets.ts";
import type { RunTask } from "./run-task.ts";
import type { RunEnd } from "./run-usage.ts";

/** What is asked of the runs in general. */
export interface ChildRunsHost {
  readonly store: Store;
  readonly secrets: SecretsHost;
  readonly drain: Drain;
  readonly read: (reference: Reference) => unknown;
  row(runId: string): RunRow | undefined;
  inMemory(runId: string): RunTask | undefined;
  start(request: NewRun): void;
  wake(row: RunRow): RunTask | undefined;
  cancel(row: RunRow, request: CancelRequest): void;
}

/** Nobody can start a run with the input of a child. */
const DIGEST_OF_CHILDREN = "child";

export class ChildRuns implements ChildHost {
  readonly #host: ChildRunsHost;

  constructor(host: ChildRunsHost) {
    this.#host = host;
  }

  get draining(): boolean {
    return this.#host.drain.hasBegun;
  }

  read(reference: Reference): unknown {
    return this.#host.read(reference);
  }

  row(runId: string): RunRow | undefined {
    return this.#host.row(runId);
  }

  endOf(runId: string): RunEnd | undefined {
    const row = this.#host.row(runId);
    if (row?.state !== "ended") return undefined;
    return this.#host.inMemory(runId)?.ended ?? readEnd(this.#host.store, row);
  }

  begin({ input: given, ...request }: ChildStart): void {
    const input = this.#stored(given);
    const parent = request.origin.parent && this.#host.inMemory(request.origin.parent.run);
    // What a parent without secrets hands on has none either, and need not be searched for them.
    const mayHoldSecrets = input !== undefined && parent?.secrets.knowsSecrets !== false;
    const knows = mayHoldSecrets ? { knows: [input] } : {};
    this.#host.start({ ...request, input, inputDigest: DIGEST_OF_CHILDREN, ...knows });
  }

  cancel(runId: string, request: CancelRequest): void {
    const row = this.#host.row(runId);
    if (row) this.#host.cancel(row, request);
  }

  /** The run has ended; a parent that awaits it goes on. */
  tellParent({ run, ended }: RunTask): void {
    const parent = run.origin?.parent;
    const row = parent?.attached ? this.#host.row(parent.run) : undefined;
    if (parent && row && ended) this.#host.wake(row)?.childEnded(parent.path, ended);
  }

  /** The payload that holds the value: the one it is in already, or a new one. */
  #stored(reference: Reference): PayloadId | undefined {
    if (reference.of === "payload") return reference.id;
    const value = this.#host.read(reference);
    return value === undefined ? undefined : storeSealed(encode(value), this.#host.secrets);
  }
}
