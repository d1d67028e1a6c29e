/** Throughput, success and duration over time, of all runs, a pattern or an agent. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useAnswer } from "../connection/answers.ts";
import { now } from "../connection/clock.ts";
import type { MarkView } from "../connection/contract.ts";
import { countText, shareText } from "../format/count.ts";
import { durationText } from "../format/duration.ts";
import { timeRange } from "../shell/time-range.ts";
import { courseColumns, type Columns } from "./course-columns.ts";
import { MarkList, useMarks } from "./marks.tsx";
import type { Plot } from "./plot.ts";
import { RangeChoice } from "./range-choice.tsx";
import { TimeChart } from "./time-chart.tsx";

interface CourseChartsProps {
  /** Whose course; neither: that of all runs. */
  readonly pattern?: string;
  readonly agent?: string;
}

const MINUTE_MS = 60_000;

/** The three charts with the choice of how far back they go. */
export function CourseCharts({ pattern, agent }: CourseChartsProps): JSX.Element {
  const range = timeRange();
  const of = { ...(pattern === undefined ? {} : { pattern }), ...(agent === undefined ? {} : { agent }) };
  const marks = useMarks(pattern);
  const { value } = useAnswer("activity", { ...of, sinceMs: range.ms });
  // To the minute: the charts move when there is something new, not each second.
  const to = Math.floor(now.value / MINUTE_MS) * MINUTE_MS;
  const columns = useMemo(
    () => courseColumns(value?.points ?? [], value?.widthMs ?? MINUTE_MS, { from: to - range.ms, to }),
    [value, to, range],
  );
  const { good = 0, bad = 0, p50Ms = null, p95Ms = null } = value?.whole ?? {};
  const ended = good + bad;
  const durations = p50Ms === null || p95Ms === null ? undefined : [durationText(p50Ms), durationText(p95Ms)];
  return (
    <section aria-label="Over time">
      <div class="chart-bar">
        <MarkList marks={marks} />
        <RangeChoice />
      </div>
      <div class="charts">
        <TimeChart
          title="Ended"
          summary={ended === 0 ? "nothing ended" : countText(ended)}
          values={ended === 0 ? undefined : [countText(bad), countText(good)]}
          plot={useMemo(() => endedPlot(columns, marks), [columns, marks])}
        />
        <TimeChart
          title="Went well"
          summary={ended === 0 ? "nothing ended" : shareText(good / ended)}
          plot={useMemo(() => successPlot(columns, marks), [columns, marks])}
        />
        <TimeChart
          title="Took"
          summary={durations === undefined ? "nothing ended" : ""}
          values={durations}
          plot={useMemo(() => durationPlot(columns, marks), [columns, marks])}
        />
      </div>
    </section>
  );
}

function endedPlot({ at, widthMs, good, bad }: Columns, marks: readonly MarkView[]): Plot {
  const all = good.map((count, index) => count + (bad[index] ?? 0));
  return {
    at,
    widthMs,
    marks,
    top: undefined,
    text: countText,
    layers: [
      { label: "badly", color: "--bad", isBars: true, values: all, told: bad },
      { label: "well", color: "--good", isBars: true, values: good },
    ],
  };
}

function successPlot({ at, widthMs, success }: Columns, marks: readonly MarkView[]): Plot {
  return {
    at,
    widthMs,
    marks,
    top: 105,
    text: (value) => `${Number.isInteger(value) ? value : value.toFixed(1)} %`,
    layers: [{ label: "well", color: "--good", isBars: false, values: success }],
  };
}

function durationPlot({ at, widthMs, p50Ms, p95Ms }: Columns, marks: readonly MarkView[]): Plot {
  return {
    at,
    widthMs,
    marks,
    top: undefined,
    text: durationText,
    layers: [
      { label: "half within", color: "--accent", isBars: false, values: p50Ms },
      { label: "95 % within", color: "--warn", isBars: false, values: p95Ms },
    ],
  };
}
