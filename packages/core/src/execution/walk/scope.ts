/**
 * A scope is the part of a walk that is stopped together: the whole run, a branch set, a pattern with a deadline.
 *
 * Invariants: (1) a scope is stopped once, by its first cause; (2) stopping reaches every scope inside; (3) what is
 * undone runs in a scope of its own, which nothing stops.
 */
import type { Path } from "../../delegation/path.ts";
import { FewMap } from "../../few-map.ts";

/** Why a scope was stopped. */
export type StopCause =
  | { readonly kind: "cancelled"; readonly reason: string }
  | { readonly kind: "timed-out"; readonly path: Path; readonly afterMs: number }
  | { readonly kind: "sibling-failed"; readonly path: Path }
  | { readonly kind: "quorum-reached" }
  | { readonly kind: "only-one-left" };

export class Scope {
  readonly #parent: Scope | undefined;
  #inside: Set<Scope> | undefined;
  /** What waits in this scope and how it is stopped. */
  readonly #waits = new FewMap<Path, (cause: StopCause) => void>();
  #stopped: StopCause | undefined;

  constructor(parent?: Scope) {
    this.#parent = parent;
    this.#stopped = parent?.stopped;
    if (parent) (parent.#inside ??= new Set()).add(this);
  }

  get stopped(): StopCause | undefined {
    return this.#stopped;
  }

  stop(cause: StopCause): void {
    if (this.#stopped) return;
    this.#stopped = cause;
    // What is stopped leaves while the others are told.
    for (const stop of this.#waits.values()) stop(cause);
    for (const scope of this.#inside ?? []) scope.stop(cause);
  }

  /** `stop` is called when the scope is stopped before `leave(path)`. */
  enter(path: Path, stop: (cause: StopCause) => void): void {
    this.#waits.set(path, stop);
  }

  leave(path: Path): void {
    this.#waits.delete(path);
  }

  /** The scope's part of the walk has ended. */
  close(): void {
    if (this.#parent) this.#parent.#inside?.delete(this);
  }
}

/** A sentence for people and for `signal.reason`. */
export function describeStop(cause: StopCause): string {
  switch (cause.kind) {
    case "cancelled":
      return `the run was cancelled: ${cause.reason}`;
    case "timed-out":
      return `the deadline of ${cause.afterMs} ms passed`;
    case "sibling-failed":
      return `'${cause.path}' failed`;
    case "only-one-left":
      return "nothing else runs";
    case "quorum-reached":
      return "enough of its siblings succeeded";
  }
}
