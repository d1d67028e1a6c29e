/** What the process that works on the log uses, how its event loop and its journal fare, and how long that can go on. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { MarkList, useMarks } from "../charts/marks.tsx";
import { RangeChoice } from "../charts/range-choice.tsx";
import { TimeChart } from "../charts/time-chart.tsx";
import { useAnswer } from "../connection/answers.ts";
import { now } from "../connection/clock.ts";
import type { ResourcesView } from "../connection/contract.ts";
import { useTopic } from "../connection/live-answers.ts";
import { Empty } from "../parts/empty.tsx";
import { Loading, Notice } from "../parts/notice.tsx";
import { timeRange } from "../shell/time-range.ts";
import { Forecasts } from "./forecasts.tsx";
import { resourceCharts } from "./resource-plots.ts";

const GRAIN_MS = 10_000;

/** The page. */
export function ResourcesPage(): JSX.Element {
  useTopic("overview");
  const { value, error } = useAnswer("resources", { sinceMs: timeRange().ms });
  const marks = useMarks();
  return (
    <div class="page">
      <header class="page-head">
        <h1>Resources</h1>
        <span class="spacer" />
        <MarkList marks={marks} />
        <RangeChoice />
      </header>
      <Notice error={error} />
      {value === undefined && error === undefined && <Loading rows={8} />}
      {value !== undefined && value.points.length === 0 && (
        <Empty title="Nothing was sampled in this time." command={["reeve", "up"]}>
          The process that works on the log is sampled every ten seconds, with telemetry, which this command
          asks for.
        </Empty>
      )}
      {value !== undefined && value.points.length > 0 && <Sampled view={value} />}
    </div>
  );
}

function Sampled({ view }: { readonly view: ResourcesView }): JSX.Element {
  const marks = useMarks();
  const { ms } = timeRange();
  // The charts move when there may be a new sample, not each second.
  const to = Math.floor(now.value / GRAIN_MS) * GRAIN_MS;
  const charts = useMemo(() => resourceCharts(view, { from: to - ms, to }, marks), [view, to, ms, marks]);
  return (
    <>
      <Forecasts forecasts={view.forecasts} />
      <div class="charts">
        {charts.map(({ title, values, plot }) => (
          <TimeChart key={title} title={title} summary="" values={values} plot={plot} />
        ))}
      </div>
    </>
  );
}
