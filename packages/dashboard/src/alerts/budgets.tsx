/** The objectives' budgets as gauges: how much of what may go wrong in three days is left. */
import type { JSX } from "preact";
import type { ObjectiveView } from "../connection/contract.ts";
import { shareText } from "../format/count.ts";
import { durationText } from "../format/duration.ts";
import { hrefOf } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";
import { Gauge } from "../parts/gauge.tsx";

/** A row of gauges; nothing where there is no objective. */
export function Budgets({
  objectives,
}: {
  readonly objectives: readonly ObjectiveView[];
}): JSX.Element | null {
  if (objectives.length === 0) return null;
  return (
    <ul class="gauges budgets" aria-label="Budgets of objectives">
      {objectives.map((objective) => (
        <li key={objective.name} class="card budget">
          <Gauge left={objective.budgetLeft} label={budgetText(objective)} />
          <div class="budget-text">
            <h2 class="cut">
              <Link href={hrefOf("/alerts")}>{objective.name}</Link>
            </h2>
            <p class="muted small">{targetText(objective)}</p>
            <p class="small">{budgetText(objective)}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** What is wanted of the pattern. */
export function targetText({ pattern, target, limitMs }: ObjectiveView): string {
  const what = limitMs === null ? "succeed" : `complete within ${durationText(limitMs)}`;
  return `${shareText(target)} of ${pattern} ${what}`;
}

/** How much may still go wrong. */
export function budgetText({ budgetLeft }: ObjectiveView): string {
  if (budgetLeft === null) return "Nothing ended in three days";
  if (budgetLeft > 0) return `${shareText(budgetLeft)} of the budget left`;
  // What rounds to once is no more than that to who reads it.
  return budgetLeft > -0.05 ? "Budget used up" : `${(1 - budgetLeft).toFixed(1)} × the budget is used`;
}
