/** Walks runs again that were stranded, when the pattern they miss may be there. */
import type { RunRow, Store } from "../store.ts";
import type { Committer } from "./committer.ts";

const PAGE_RUNS = 500;

export interface StrandedHost {
  readonly store: Store;
  readonly committer: Committer;
  /** Brings the run into memory, and walks it if it was not there. */
  wake(row: RunRow): void;
}

/** Resolves when every stranded run of the pattern goes on, or is stranded still, on disk. */
export async function walkStranded(pattern: string, { store, committer, wake }: StrandedHost): Promise<void> {
  // What is being stranded at this moment is in memory until that is on disk.
  await committer.flushed();
  let after: string | undefined;
  do {
    const page = store.findRuns({
      states: ["stranded"],
      pattern,
      sort: "started",
      descending: false,
      limit: PAGE_RUNS,
      ...(after === undefined ? {} : { after }),
    });
    for (const row of page.runs) wake(row);
    after = page.next;
    await committer.flushed();
  } while (after !== undefined);
}
