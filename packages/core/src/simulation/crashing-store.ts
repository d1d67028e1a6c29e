/** A store whose process ends at a chosen commit: just before the batch is stored, or just after. */
import type { Batch, Store } from "../engine/store.ts";

export interface Crash {
  /** Commits of this life, counted from 1. */
  readonly atCommit: number;
  /** "before": the batch is lost. "after": it is stored, and nobody is told. */
  readonly side: "before" | "after";
  /** How long nothing runs until the next life begins. */
  readonly downMs: number;
}

/** What the dropped process is refused with. */
class ProcessGone extends Error {
  override readonly name: string = "ProcessGone";
}

export interface CommitWatcher {
  /** Called when the batch is stored. */
  committed(batch: Batch): void;
  /** The process is dropped, at the commit of this batch. */
  crashed(batch: Batch): void;
}

/** Wraps `inner`; `due` is asked at each commit where the process is to end. */
export function crashingStore(inner: Store, due: () => Crash | undefined, watcher: CommitWatcher): Store {
  let commits = 0;
  let gone = false;
  const die = (batch: Batch): never => {
    gone = true;
    watcher.crashed(batch);
    throw new ProcessGone();
  };
  return {
    ...inner,
    commit: (batch) => {
      if (gone) throw new ProcessGone();
      commits++;
      const crash = due();
      const side = crash?.atCommit === commits ? crash.side : undefined;
      if (side === "before") die(batch);
      inner.commit(batch);
      watcher.committed(batch);
      if (side === "after") die(batch);
    },
  };
}
