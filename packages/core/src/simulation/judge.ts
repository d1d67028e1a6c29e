/** Judges one simulated run: everything that must hold of it alone, and against the undisturbed run. */
import { checkAftermath } from "./check-aftermath.ts";
import { checkLedger } from "./check-ledger.ts";
import { checkLog } from "./check-log.ts";
import { checkUndoOrder } from "./check-undo-order.ts";
import { compare, type Judged } from "./compare.ts";
import type { Simulated } from "./simulate.ts";
import { stepHistories } from "./step-history.ts";

export interface Verdict {
  readonly judged: Judged;
  readonly exact: boolean;
  /** What is wrong, in words. */
  readonly faults: readonly string[];
}

/** @param undisturbed the same program without a crash; absent for that one itself. */
export function judge(simulated: Simulated, undisturbed?: Judged): Verdict {
  const histories = stepHistories(simulated);
  const judged = { simulated, histories };
  const comparison = undisturbed ? compare(undisturbed, judged) : { exact: true, differences: [] };
  const faults = [
    ...simulated.problems,
    ...simulated.order.divergences.map((divergence) => `the walk was repeated otherwise:\n${divergence}`),
    ...checkLog(simulated, histories),
    ...checkLedger(simulated, histories),
    ...checkAftermath(simulated, histories),
    ...checkUndoOrder(simulated),
    ...comparison.differences,
  ];
  return { judged, exact: comparison.exact, faults };
}
