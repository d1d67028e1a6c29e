/** Draws one chart with uPlot in the colours of the style sheet. */
import uPlot from "uplot";
import type { MarkView } from "../connection/contract.ts";
import { dateText } from "../format/moment.ts";
import { loneIndexes } from "./lone-indexes.ts";
import { colorOf, letterOf } from "./mark-letter.ts";

/** One line, or one layer of bars. */
export interface Layer {
  readonly label: string;
  /** A custom property of the style sheet, such as `--good`. */
  readonly color: string;
  readonly isBars: boolean;
  readonly values: readonly (number | null)[];
  /** What the layer's number is; bars are drawn one behind the other and so hold sums. */
  readonly told?: readonly (number | null)[];
}

export interface Plot {
  /** Epoch milliseconds, evenly spaced. */
  readonly at: readonly number[];
  readonly widthMs: number;
  readonly layers: readonly Layer[];
  /** The highest value the axis must reach. */
  readonly top: number | undefined;
  readonly text: (value: number) => string;
  /** Changes to mark. */
  readonly marks: readonly MarkView[];
  /** Indexes of two layers with the space between them filled: bounds. */
  readonly band?: readonly [upper: number, lower: number];
}

const HEIGHT = 132;
const AXIS_SIZE = 22;
const VALUES_SIZE = 52;
const LETTER_SPACE = 10;
const DAY_SECONDS = 86_400;
/** Below it the lines of the axis would be at fractions. */
const LEAST_TOP = 4;

/** The chart, in the element; `told` is called with the point under the pointer. */
export function drawPlot(element: HTMLElement, plot: Plot, told: (index: number | undefined) => void): uPlot {
  const font = `11px ${color("--font")}`;
  const axis = { stroke: color("--muted"), font, ticks: { show: false } };
  const grid = { stroke: color("--line"), width: 1 };
  const bars = uPlot.paths.bars?.({ size: [0.8, 24], align: 1 });
  return new uPlot(
    {
      width: Math.max(200, element.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 5 }, sync: { key: "time" } },
      padding: [14, 20, 0, 0],
      scales: {
        // The last bar needs its width, too.
        x: { range: (_plot, low, high) => [low, high + plot.widthMs / 1_000] },
        y: { range: (_plot, _low, high) => [0, plot.top ?? Math.max(LEAST_TOP, high * 1.1)] },
      },
      axes: [
        { ...axis, size: AXIS_SIZE, grid: { show: false }, values: timeTexts },
        {
          ...axis,
          size: VALUES_SIZE,
          grid,
          splits,
          values: (_plot, values) => values.map(plot.text),
        },
      ],
      series: [
        {},
        ...plot.layers.map(({ label, color: name, isBars }): uPlot.Series => ({
          label,
          stroke: color(name),
          width: isBars ? 0 : 1.5,
          points: { show: !isBars, size: 5, filter: lonePoints },
          spanGaps: false,
          ...(isBars ? { fill: color(name) } : {}),
          ...(isBars && bars !== undefined ? { paths: bars } : {}),
        })),
      ],
      ...(plot.band === undefined
        ? {}
        : { bands: [{ series: [plot.band[0] + 1, plot.band[1] + 1], fill: color("--accent-soft") }] }),
      hooks: {
        setCursor: [(self) => told(self.cursor.idx ?? undefined)],
        draw: [(self) => drawMarks(self, plot.marks)],
      },
    },
    dataOf(plot),
    element,
  );
}

/** The columns as uPlot takes them, in seconds. */
export function dataOf({ at, layers }: Plot): uPlot.AlignedData {
  return [at.map((time) => time / 1_000), ...layers.map(({ values }) => [...values])];
}

/** Those without a neighbour: the line does not reach them, so that nothing would be seen of them. */
function lonePoints({ data }: uPlot, series: number, isShown: boolean): number[] | null {
  const values = data[series];
  if (!isShown || values === undefined) return null;
  return loneIndexes(values);
}

/** The time of day; the date where the axis spans days. */
function timeTexts(_plot: uPlot, splits: readonly number[]): string[] {
  const [first = 0, second = 0] = splits;
  const isDays = second - first >= DAY_SECONDS;
  return splits.map((time) => {
    const text = dateText(time * 1_000);
    return isDays ? text.slice(5, 10) : text.slice(11, 16);
  });
}

/** Three lines at most: the charts are small. */
function splits(_plot: uPlot, _axis: number, low: number, high: number): number[] {
  const step = niceStep((high - low) / 2.5);
  const found: number[] = [];
  for (let value = 0; value <= high; value += step) found.push(value);
  return found;
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1e-9)));
  const nice = [1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10;
  return nice * power;
}

/** A dashed line with the letter of its kind on top; where many are close, each has its line and the first its letter. */
function drawMarks(self: uPlot, marks: readonly MarkView[]): void {
  const { ctx, bbox } = self;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.setLineDash([3 * scale, 3 * scale]);
  ctx.font = `${10 * scale}px ${color("--font")}`;
  ctx.textAlign = "center";
  let lettered = -Infinity;
  for (const mark of marks) {
    const x = self.valToPos(mark.at / 1_000, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = ctx.fillStyle = color(colorOf(mark));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (x - lettered < LETTER_SPACE * scale) continue;
    ctx.fillText(letterOf(mark), x, bbox.top - 5 * scale);
    lettered = x;
  }
  ctx.restore();
}

function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
