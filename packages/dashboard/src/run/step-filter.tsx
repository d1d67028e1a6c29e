/** Narrows a run's steps to those that went wrong, or go on. The choice is in the address as `show`. */
import type { JSX } from "preact";
import type { StepView } from "../connection/contract.ts";
import { countText } from "../format/count.ts";
import { setParameters } from "../shell/address.ts";

export type StepFilter = "" | "bad" | "open";

const labels: Readonly<Record<StepFilter, string>> = { "": "All", bad: "Went wrong", open: "Going on" };
const filters: readonly StepFilter[] = ["", "bad", "open"];

/** The filter of that name; all steps where there is none. */
export function stepFilter(name: string): StepFilter {
  return filters.find((filter) => filter === name) ?? "";
}

/** Whether the step is shown. One that needed another attempt went wrong, too. */
export function fits(step: StepView, filter: StepFilter): boolean {
  if (filter === "open") return step.endedAt === null;
  return filter === "" || step.state === "not-undone" || step.attempts.some(({ error }) => error !== null);
}

interface StepFilterChoiceProps {
  readonly steps: readonly StepView[];
  readonly chosen: StepFilter;
}

/** The choice, with how many steps each shows. */
export function StepFilterChoice({ steps, chosen }: StepFilterChoiceProps): JSX.Element {
  return (
    <div class="segments step-filter" role="group" aria-label="Which steps">
      {filters.map((filter) => (
        <button
          key={filter}
          type="button"
          aria-pressed={filter === chosen}
          onClick={() => setParameters({ show: filter })}
        >
          {labels[filter]}{" "}
          <span class="muted">{countText(steps.filter((step) => fits(step, filter)).length)}</span>
        </button>
      ))}
    </div>
  );
}
