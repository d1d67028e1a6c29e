/**
 * A child run between its command and its completion. Its id is kept by the event that says it was started, so that a
 * parent that is walked again finds the child it started.
 */
import { hash } from "node:crypto";
import type { Fork, RunOrigin, StoredOutcome, Usage } from "../../delegation/event.ts";
import { join, type Path } from "../../delegation/path.ts";
import { NOTHING, type PayloadId, type Reference } from "../../delegation/reference.ts";
import { traceOfParent } from "../../delegation/trace-context.ts";
import type { CancelRequest, ChildPlan } from "../engine.ts";
import type { RunRow } from "../store.ts";
import { hasUsage, NO_USAGE, type RunEnd } from "./run-usage.ts";

/** What a child run begins with. */
export interface ChildStart extends ChildPlan {
  readonly id: string;
  readonly input: Reference;
  readonly origin: RunOrigin;
}

export interface ChildHost {
  /** While the engine drains, no attempt begins. */
  readonly draining: boolean;
  read(reference: Reference): unknown;
  row(runId: string): RunRow | undefined;
  /** How a run ended, if it has. */
  endOf(runId: string): RunEnd | undefined;
  begin(start: ChildStart): void;
  cancel(runId: string, request: CancelRequest): void;
}

/** What a child needs of its parent. */
export interface ChildParent {
  readonly run: RunRow;
  append(fact: { readonly kind: "child-started"; readonly path: Path; readonly child: string }): unknown;
  deliver(fact: {
    readonly kind: "child-ended";
    readonly path: Path;
    readonly child: string;
    readonly outcome: StoredOutcome;
    readonly usage?: Usage;
  }): void;
}

export type ChildCommand =
  | {
      readonly plan: Reference;
      readonly input: Reference;
      /** The run that did not complete the same task before; what it left undone is taken over. */
      readonly goesOnFrom: string | undefined;
    }
  | { readonly undoes: string };

const ID_LENGTH_MAX = 120;

export class OpenChild {
  readonly #runs: ChildHost;
  readonly #parent: ChildParent;
  readonly #path: Path;
  readonly #command: ChildCommand;
  #id: string;
  #cancelled: string | undefined;
  #begun = false;

  constructor(runs: ChildHost, parent: ChildParent, path: Path, command: ChildCommand) {
    this.#runs = runs;
    this.#parent = parent;
    this.#path = path;
    this.#command = command;
    this.#id = childId(parent.run.id, path);
  }

  /** It undoes a run, and must not begin before what that run did is on disk. */
  get undoes(): boolean {
    return "undoes" in this.#command;
  }

  /** It was told to stop before it began. */
  get isCancelled(): boolean {
    return this.#cancelled !== undefined && !this.#begun;
  }

  /**
   * Starts the child, unless it was started; how it ended, if it has.
   * @param started the child's id, if the log knows that it was started
   */
  begin(started: string | undefined): RunEnd | undefined {
    if (started === undefined) {
      if (this.#cancelled !== undefined) return { outcome: neverBegan(this.#cancelled), usage: NO_USAGE };
      // Left to the next start.
      if (this.#runs.draining) return undefined;
      this.#start();
    } else this.#id = started;
    this.#begun = true;
    const ended = this.#runs.endOf(this.#id);
    if (!ended && this.#cancelled !== undefined) this.cancel(this.#cancelled);
    return ended;
  }

  cancel(reason: string): void {
    this.#cancelled = reason;
    if (this.#begun) this.#runs.cancel(this.#id, { reason, by: `run '${this.#parent.run.id}'` });
  }

  end({ outcome, usage }: RunEnd): void {
    const used = hasUsage(usage) ? { usage } : {};
    this.#parent.deliver({ kind: "child-ended", path: this.#path, child: this.#id, outcome, ...used });
  }

  #start(): void {
    const { run } = this.#parent;
    const above = run.origin?.parent;
    const depth = (above?.attached ? (above.depth ?? 1) : 0) + 1;
    const parent = { run: run.id, path: this.#path, attached: true, depth, ...traceOfParent(run) };
    this.#id = freeId(this.#id, (id) => this.#runs.row(id) !== undefined);
    const id = this.#id;
    this.#parent.append({ kind: "child-started", path: this.#path, child: id });
    if ("undoes" in this.#command) {
      const undone = this.#runs.row(this.#command.undoes);
      // It leaves the log with its parent at the earliest, which has not ended.
      if (!undone) throw new RangeError(`run '${this.#command.undoes}' is not in the log any more`);
      const { pattern, patternVersion, context, input } = undone;
      const forkedFrom = { run: undone.id, from: undefined, undoes: true };
      const origin = { parent, forkedFrom };
      this.#runs.begin({ id, pattern, patternVersion, context, input: payload(input), origin });
      return;
    }
    const { plan, input, goesOnFrom } = this.#command;
    const forkedFrom: Fork | undefined =
      goesOnFrom === undefined ? undefined : { run: goesOnFrom, from: undefined };
    const origin = { parent, ...(forkedFrom && { forkedFrom }) };
    // It was recorded as a plan by the walk.
    this.#runs.begin({ ...(this.#runs.read(plan) as ChildPlan), id, input, origin });
  }
}

/** How a run ends that was cancelled before it did anything. */
export function neverBegan(reason: string): StoredOutcome {
  return { status: "cancelled", reason, undone: [], notUndone: [], unsure: [], kept: [] };
}

function payload(id: PayloadId | undefined): Reference {
  return id === undefined ? NOTHING : { of: "payload", id };
}

/** Readable where it fits: the parent's id and the path of the step. */
function childId(parent: string, path: Path): string {
  const id = join(parent, path);
  return id.length <= ID_LENGTH_MAX ? id : hash("sha256", id, "hex").slice(0, 32);
}

/** Somebody may have given a run of his the same id. */
function freeId(wanted: string, isTaken: (id: string) => boolean): string {
  let id = wanted;
  for (let count = 2; isTaken(id); count++) id = `${wanted}~${count}`;
  return id;
}
