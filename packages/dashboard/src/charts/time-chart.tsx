/** One chart over time: drawn for who sees it, told in a sentence and kept as a table for everybody. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";
import { now } from "../connection/clock.ts";
import { dateText, momentText } from "../format/moment.ts";
import { visibleText } from "../format/visible-text.ts";
import { theme } from "../shell/theme.ts";
import { dataOf, drawPlot, type Layer, type Plot } from "./plot.ts";

interface TimeChartProps {
  readonly title: string;
  /** What the chart says as a whole, such as "99.2 %"; empty where the values say it. */
  readonly summary: string;
  /** What each layer says as a whole, in their order; they stand beside the layers' colours. */
  readonly values?: readonly string[] | undefined;
  readonly plot: Plot;
}

const TABLE_ROWS_MAX = 400;

/** The chart with its heading and its table. */
export function TimeChart({ title, summary, values, plot }: TimeChartProps): JSX.Element {
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

  const index = pointed.value === undefined || pointed.value >= plot.at.length ? undefined : pointed.value;
  return (
    <figure class="card chart">
      <figcaption>
        <div class="chart-head">
          <h2>{title}</h2>
          {index !== undefined && <span class="muted cut">{whenText(plot, index)}</span>}
        </div>
        <Caption summary={summary} values={values} plot={plot} index={index} />
      </figcaption>
      <div
        ref={box}
        class="chart-box"
        role="img"
        aria-label={`${title}: ${wholeText(summary, values, plot)}`}
      />
      <details>
        <summary>As a table</summary>
        <ChartTable title={title} plot={plot} />
      </details>
    </figure>
  );
}

interface CaptionProps extends Pick<TimeChartProps, "summary" | "values" | "plot"> {
  /** The point under the pointer. */
  readonly index: number | undefined;
}

/** What each colour is and says, as a whole or at the point; the time stands elsewhere, so that no line breaks anew. */
function Caption({ summary, values, plot, index }: CaptionProps): JSX.Element {
  const { layers } = plot;
  const said = index === undefined ? values : layers.map((layer) => textAt(plot, layer, index));
  return (
    <p class="chart-caption muted">
      {index === undefined && summary !== "" && <span>{summary}</span>}
      {said !== undefined &&
        layers.map(({ label, color, isBars }, layer) => (
          <span key={label} class="chart-key">
            {layers.length > 1 && <Swatch color={color} isBars={isBars} />}
            {label} {said[layer]}
          </span>
        ))}
    </p>
  );
}

/** When the point was, and what changed then. */
function whenText({ at, widthMs, marks }: Plot, index: number): string {
  const from = at[index] ?? 0;
  const near = marks.filter((mark) => mark.at >= from && mark.at < from + widthMs);
  return [momentText(from, now.peek()), ...near.map((mark) => visibleText(mark.text))].join(" · ");
}

function Swatch({ color, isBars }: Pick<Layer, "color" | "isBars">): JSX.Element {
  const height = isBars ? 10 : 2;
  return (
    <svg width="10" height="10" aria-hidden="true">
      <rect y={(10 - height) / 2} width="10" height={height} rx={height / 5} fill={`var(${color})`} />
    </svg>
  );
}

function wholeText(summary: string, values: readonly string[] | undefined, { layers }: Plot): string {
  const said = (values ?? []).map((value, index) => `${layers[index]?.label ?? ""} ${value}`);
  return [...(summary === "" ? [] : [summary]), ...said].join(", ");
}

function textAt({ text }: Plot, { values, told }: Layer, index: number): string {
  const value = (told ?? values)[index];
  return value === null || value === undefined ? "–" : text(value);
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
