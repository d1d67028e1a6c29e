/** What the charts of the resources page show, each from columns of the sampled points. Pure. */
import type { Layer, Plot } from "../charts/plot.ts";
import { valueColumns, type ValueColumns } from "../charts/value-columns.ts";
import type { MarkView, ResourcePoint, ResourcesView } from "../connection/contract.ts";
import { bytesText, countText } from "../format/count.ts";
import { durationText } from "../format/duration.ts";

export interface ResourceChart {
  readonly title: string;
  /** Of each line, now. */
  readonly values: readonly string[];
  readonly plot: Plot;
}

type Read = (point: ResourcePoint) => number | null;

interface Line {
  readonly label: string;
  readonly color: string;
  readonly read: Read;
}

interface Kind {
  readonly title: string;
  readonly text: (value: number) => string;
  readonly top?: number;
  readonly lines: readonly Line[];
}

const percentText = (value: number): string => `${fewDigits(value)} %`;
const fewDigits = (value: number): string =>
  value < 10 && !Number.isInteger(value) ? value.toFixed(1) : countText(value);
const shortText = (ms: number): string => (ms > 0 && ms < 10 ? `${ms.toFixed(1)} ms` : durationText(ms));
const percent =
  (read: Read): Read =>
  (point) => {
    const value = read(point);
    return value === null ? null : value * 100;
  };

const KINDS: readonly Kind[] = [
  {
    title: "Processor",
    text: percentText,
    lines: [
      { label: "machine", color: "--warn", read: percent(({ machineCpu }) => machineCpu) },
      { label: "process", color: "--accent", read: percent(({ cpu }) => cpu) },
    ],
  },
  {
    title: "Memory of the process",
    text: bytesText,
    lines: [
      { label: "resident", color: "--warn", read: ({ residentBytes }) => residentBytes },
      { label: "heap", color: "--accent", read: ({ heapBytes }) => heapBytes },
      { label: "buffers", color: "--good", read: ({ externalBytes }) => externalBytes },
    ],
  },
  {
    title: "Memory of the machine",
    text: percentText,
    top: 105,
    lines: [{ label: "in use", color: "--accent", read: percent(({ machineMemory }) => machineMemory) }],
  },
  {
    title: "Event loop: delay",
    text: shortText,
    lines: [
      { label: "at most", color: "--bad", read: ({ loopMsMax }) => loopMsMax },
      { label: "99 % within", color: "--warn", read: ({ loopMsP99 }) => loopMsP99 },
      { label: "half within", color: "--accent", read: ({ loopMsP50 }) => loopMsP50 },
    ],
  },
  {
    title: "Event loop: busy",
    text: percentText,
    top: 105,
    lines: [
      { label: "busy", color: "--accent", read: percent(({ loopUtilization }) => loopUtilization) },
      { label: "collecting garbage", color: "--warn", read: percent(({ gc }) => gc) },
    ],
  },
  {
    title: "Garbage collection: longest pause",
    text: shortText,
    lines: [{ label: "pause", color: "--accent", read: ({ gcMsMax }) => gcMsMax }],
  },
  {
    title: "Journal: until durable",
    text: shortText,
    lines: [
      { label: "at most", color: "--warn", read: ({ commitMsMax }) => commitMsMax },
      { label: "mean", color: "--accent", read: ({ commitMsMean }) => commitMsMean },
    ],
  },
  {
    title: "Journal: commits a second",
    text: fewDigits,
    lines: [{ label: "commits", color: "--accent", read: ({ commitsPerSecond }) => commitsPerSecond }],
  },
  {
    title: "Log file",
    text: bytesText,
    lines: [{ label: "size", color: "--accent", read: ({ fileBytes }) => fileBytes }],
  },
  {
    title: "Free disk",
    text: bytesText,
    lines: [{ label: "free", color: "--good", read: ({ diskFreeBytes }) => diskFreeBytes }],
  },
  {
    title: "Open handles",
    text: (value) => countText(value),
    lines: [{ label: "open", color: "--accent", read: ({ handles }) => handles }],
  },
];

/** One chart for each kind. */
export function resourceCharts(
  view: Pick<ResourcesView, "points" | "widthMs">,
  range: { readonly from: number; readonly to: number },
  marks: readonly MarkView[],
): readonly ResourceChart[] {
  const columns = valueColumns(view.points, view.widthMs, range);
  const last = view.points.at(-1);
  return KINDS.map(({ title, text, top, lines }) => {
    const layers = lines.map((line) => layerOf(line, columns));
    const plot = { at: columns.at, widthMs: columns.widthMs, marks, top, text, layers };
    const values = lines.map(({ read }) => {
      const value = last === undefined ? null : read(last);
      return value === null ? "–" : text(value);
    });
    return { title, values, plot };
  });
}

function layerOf({ label, color, read }: Line, columns: ValueColumns<ResourcePoint>): Layer {
  return { label, color, isBars: false, values: columns.column(read) };
}
