/** One chart over time: drawn for who sees it, told in a sentence and kept as a table for everybody. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";
import { dateText } from "../format/moment.ts";
import { visibleText } from "../format/visible-text.ts";
import { theme } from "../shell/theme.ts";
import { dataOf, drawPlot, type Plot } from "./plot.ts";

interface TimeChartProps {
  readonly title: string;
  /** What the chart says as a whole, such as "99.2 %, 4 of 512 went wrong". */
  readonly summary: string;
  readonly plot: Plot;
}

const TABLE_ROWS_MAX = 400;

/** The chart with its heading and its table. */
export function TimeChart({ title, summary, plot }: TimeChartProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<uPlot | undefined>(undefined);
  const pointed = useSignal<number | undefined>(undefined);
  const shape = `${theme.value} ${plot.layers.map(({ label }) => label).join(" ")} ${plot.marks.map(({ at, kind }) => `${at}${kind}`).join(" ")}`;

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const chart = drawPlot(element, plot, (index) => (pointed.value = index));
    drawn.current = chart;
    const watcher = new ResizeObserver(() =>
      chart.setSize({ width: Math.max(200, element.clientWidth), height: chart.height }),
    );
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      chart.destroy();
      drawn.current = undefined;
    };
  }, [shape]);

  useEffect(() => drawn.current?.setData(dataOf(plot)), [plot]);

  const at = pointed.value === undefined ? undefined : plot.at[pointed.value];
  return (
    <figure class="card chart">
      <figcaption>
        <h2>{title}</h2>
        <span class="muted">
          {at === undefined || pointed.value === undefined
            ? summary
            : `${dateText(at)}: ${told(plot, pointed.value)}`}
        </span>
      </figcaption>
      <div ref={box} class="chart-box" role="img" aria-label={`${title}: ${summary}`} />
      <details>
        <summary>As a table</summary>
        <ChartTable title={title} plot={plot} />
      </details>
    </figure>
  );
}

function told({ at, widthMs, layers, marks, text }: Plot, index: number): string {
  const values = layers
    .map(({ label, values, told: own }) => {
      const value = (own ?? values)[index];
      return `${label} ${value === null || value === undefined ? "–" : text(value)}`;
    })
    .join(", ");
  const from = at[index] ?? 0;
  const near = marks.filter((mark) => mark.at >= from && mark.at < from + widthMs);
  return [values, ...near.map((mark) => visibleText(mark.text))].join(" · ");
}

function ChartTable({ title, plot }: { readonly title: string; readonly plot: Plot }): JSX.Element {
  const { at, layers, text } = plot;
  const rows = at
    .map((time, index) => ({
      time,
      cells: layers.map(({ values, told: own }) => (own ?? values)[index] ?? null),
    }))
    .filter(({ cells }) => cells.some((cell) => cell !== null && cell !== 0))
    .slice(-TABLE_ROWS_MAX)
    .toReversed();
  return (
    <div class="chart-table" tabIndex={0} role="region" aria-label={`${title} as a table`}>
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">From</th>
            {layers.map(({ label }) => (
              <th key={label} scope="col" class="number">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ time, cells }) => (
            <tr key={time}>
              <th scope="row">{dateText(time)}</th>
              {cells.map((cell, index) => (
                <td key={index} class="number">
                  {cell === null ? "–" : text(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
