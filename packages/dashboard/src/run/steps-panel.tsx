/** The waterfall with the chosen step beside it. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { RunDetail } from "../connection/contract.ts";
import { countText } from "../format/count.ts";
import { Empty } from "../parts/empty.tsx";
import { Loading, Notice } from "../parts/notice.tsx";
import { parameter, setParameters } from "../shell/address.ts";
import { fits, StepFilterChoice, stepFilter } from "./step-filter.tsx";
import { StepCard } from "./step-card.tsx";
import { stepRows } from "./step-rows.ts";
import { useRunSteps } from "./use-run-steps.ts";
import { Waterfall } from "./waterfall.tsx";

/** With fewer steps there is nothing to search. */
const FILTER_FROM = 20;

/** The steps of a run. */
export function StepsPanel({ detail }: { readonly detail: RunDetail }): JSX.Element {
  const { run } = detail;
  const { value, error } = useRunSteps(run.id);
  const toggled = useSignal<ReadonlySet<string>>(new Set());
  const chosen = parameter("step");
  const steps = value?.steps ?? [];
  const filter = stepFilter(parameter("show"));
  const fitting = useMemo(() => steps.filter((step) => fits(step, filter)), [value, filter]);
  const rows = useMemo(() => stepRows(fitting, toggled.value), [fitting, toggled.value]);
  if (value === undefined) return error === undefined ? <Loading rows={6} /> : <Notice error={error} />;
  if (steps.length === 0) {
    return (
      <Empty
        title={run.state === "queued" ? "It has yet to begin." : "No step has begun."}
        command={["reeve", "show", run.id]}
      />
    );
  }
  const toggle = (path: string): void => {
    const next = new Set(toggled.value);
    if (!next.delete(path)) next.add(path);
    toggled.value = next;
  };
  const step = value.at(chosen);
  return (
    <div class={step === undefined ? "steps" : "steps steps-chosen"}>
      <div class="steps-list">
        {(steps.length > FILTER_FROM || filter !== "") && <StepFilterChoice steps={steps} chosen={filter} />}
        <Waterfall
          run={run}
          rows={rows}
          steps={fitting}
          chosen={chosen}
          onChoose={(path) => setParameters({ step: path })}
          onToggle={toggle}
        />
        {value.total > steps.length && (
          <p class="muted small">
            {value.isPartial
              ? `${countText(steps.length)} of ${countText(value.total)} steps are here, the others are on their way.`
              : `The first ${countText(steps.length)} of ${countText(value.total)} steps; the others are among the events.`}
          </p>
        )}
      </div>
      {step !== undefined && <StepCard run={run} step={step} onClose={() => setParameters({ step: "" })} />}
    </div>
  );
}
