/** What is believed of one pattern's success: now, with bounds, and how that came about. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Plot } from "../charts/plot.ts";
import { useMarks } from "../charts/marks.tsx";
import { TimeChart } from "../charts/time-chart.tsx";
import { LearnedTable } from "../choices/learned-table.tsx";
import { useAnswer } from "../connection/answers.ts";
import type { MarkView, TrendSeries } from "../connection/contract.ts";
import { plural, shareText } from "../format/count.ts";
import { ageText } from "../format/duration.ts";
import { visibleText } from "../format/visible-text.ts";
import { hrefOf } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";

const CHARTS_MAX = 3;
/** Fewer points than these are in the table already. */
const POINTS_MIN = 2;

/** The card; nothing where nothing was learned. */
export function PatternConfidence({ pattern }: { readonly pattern: string }): JSX.Element | null {
  const rows = useAnswer("confidence", { pattern }).value?.confidence ?? [];
  const series = useAnswer("trend", { pattern }).value?.series ?? [];
  const marks = useMarks(pattern);
  if (rows.length === 0) return null;
  const charts = series
    .filter(({ points }) => points.length >= POINTS_MIN)
    .toSorted((left, right) => right.points.length - left.points.length)
    .slice(0, CHARTS_MAX);
  return (
    <section class="card" aria-labelledby="confidence">
      <header>
        <h2 id="confidence">Confidence</h2>
        <Link href={hrefOf("/choices", { pattern })}>Its choices</Link>
      </header>
      <LearnedTable rows={rows} isOfOne />
      {charts.length > 0 && (
        <div class="charts charts-inside">
          {charts.map((one) => (
            <TrendChart key={one.domain} series={one} marks={marks} />
          ))}
        </div>
      )}
    </section>
  );
}

interface TrendChartProps {
  readonly series: TrendSeries;
  readonly marks: readonly MarkView[];
}

function TrendChart({ series, marks }: TrendChartProps): JSX.Element {
  const plot = useMemo(() => trendPlot(series, marks), [series, marks]);
  const [first, last] = [series.points[0], series.points.at(-1)];
  const change = first === undefined || last === undefined ? 0 : last.mean - first.mean;
  const span = first === undefined || last === undefined ? 0 : last.at - first.at;
  const direction = change < 0 ? "down" : "up";
  const summary = `${direction} by ${shareText(Math.abs(change))} in ${ageText(span)}, ${plural(series.points.length, "point")}`;
  const values = last === undefined ? undefined : [last.high, last.low, last.mean].map(shareText);
  return (
    <TimeChart
      title={`Believed for ${visibleText(series.domain)}`}
      summary={summary}
      values={values}
      plot={plot}
    />
  );
}

function trendPlot({ points, widthMs }: TrendSeries, marks: readonly MarkView[]): Plot {
  const percent = (read: (point: TrendSeries["points"][number]) => number): readonly number[] =>
    points.map((point) => read(point) * 100);
  return {
    at: points.map(({ at }) => at),
    widthMs,
    marks,
    top: 105,
    text: (value) => `${Number.isInteger(value) ? value : value.toFixed(1)} %`,
    band: [0, 1],
    layers: [
      { label: "at most", color: "--hatch", isBars: false, values: percent(({ high }) => high) },
      { label: "at least", color: "--hatch", isBars: false, values: percent(({ low }) => low) },
      { label: "mean", color: "--accent", isBars: false, values: percent(({ mean }) => mean) },
    ],
  };
}
