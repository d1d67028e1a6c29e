/**
 * A store that fails where it is told to: the process ends before or after a write, or the write is refused for want
 * of room. Whoever wraps decides at each write; this module sees that nothing goes past the end.
 */
import { ReeveError } from "../errors.ts";
import type { Batch, Store } from "../engine/store.ts";
import { overlay } from "./overlay.ts";

/** What happens at a write; "crash-before": the batch is lost, "crash-after": it is stored, and nobody is told. */
export type WriteFault = "none" | "refuse" | "crash-before" | "crash-after";

export interface Faults {
  /** Asked at each write. */
  at(batch: Batch): WriteFault;
  /** The batch is stored. */
  stored?(batch: Batch): void;
  /** The process is gone, at the write of this batch. */
  crashed?(batch: Batch): void;
}

/** A store, and the end of its process at a moment of the test's choice. */
export interface FaultyStore {
  readonly store: Store;
  /** From now on every call but `close` is refused, as nothing comes of the calls of a process that is gone. */
  crash(): void;
}

/** Wraps `inner`. */
export function faultyStore(inner: Store, faults: Faults): FaultyStore {
  let isGone = false;
  const alive = (): void => {
    if (isGone) throw crashed();
  };
  const die = (batch: Batch): never => {
    isGone = true;
    faults.crashed?.(batch);
    throw crashed();
  };
  const commit = (batch: Batch): undefined | Promise<void> => {
    alive();
    const fault = faults.at(batch);
    alive();
    if (fault === "crash-before") die(batch);
    if (fault === "refuse") throw refused();
    const stored = (): undefined => {
      faults.stored?.(batch);
      if (fault === "crash-after") die(batch);
    };
    const storing = inner.commit(batch);
    return storing ? storing.then(stored) : stored();
  };
  const living = new Proxy(inner, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...call: unknown[]): unknown => {
        alive();
        return Reflect.apply(member, target, call);
      };
    },
  });
  const store = overlay(living, { commit, close: () => inner.close() });
  return { store, crash: () => void (isGone = true) };
}

function crashed(): ReeveError {
  return new ReeveError("crashed-by-test", "the process has crashed, as the test wanted", {
    hint: "open the log again and go on",
  });
}

function refused(): ReeveError {
  return new ReeveError("storage-unavailable", "the disk is full, as the test wanted", {
    retryable: true,
    hint: "the test frees it with disk.free()",
  });
}
