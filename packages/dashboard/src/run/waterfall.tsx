/** Steps and attempts over time: one row each, idle time collapsed. Arrow keys move and fold. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { now } from "../connection/clock.ts";
import type { RunSummary, StepView } from "../connection/contract.ts";
import { ageText, durationText } from "../format/duration.ts";
import { clockText, exactClockText } from "../format/moment.ts";
import { VirtualList } from "../parts/virtual-list.tsx";
import { StepLine } from "./step-line.tsx";
import type { StepRow } from "./step-rows.ts";
import { merge, timeScale, type Interval, type TimeScale } from "./time-scale.ts";

interface WaterfallProps {
  readonly run: RunSummary;
  readonly rows: readonly StepRow[];
  readonly steps: readonly StepView[];
  /** The chosen step's path; "" for none. */
  readonly chosen: string;
  readonly onChoose: (path: string) => void;
  readonly onToggle: (path: string) => void;
}

const ROW_HEIGHT = 28;
const HEIGHT_MIN = 320;
const AROUND_HEIGHT = 330;
/** Below this a run's axis needs milliseconds. */
const EXACT_MS_MAX = 5_000;

/** The tree of steps with a bar for each. */
export function Waterfall(props: WaterfallProps): JSX.Element {
  const { run, rows, steps, chosen, onChoose, onToggle } = props;
  const end = run.endedAt ?? Math.max(now.value, latest(steps));
  // Of what is over, once for each answer; while a run goes on, the axis grows every second.
  const over = useMemo(() => merge(attemptsOf(steps, true), run.startedAt, Infinity), [steps]);
  const open = useMemo(() => attemptsOf(steps, false), [steps]);
  const scale = useMemo(
    () =>
      timeScale({ from: run.startedAt, to: end }, [...over, ...open.map(({ from }) => ({ from, to: end }))]),
    [over, open, end],
  );
  const index = rows.findIndex(({ path }) => path === chosen);
  return (
    <div class="waterfall">
      <Axis scale={scale} />
      <VirtualList
        count={rows.length}
        rowHeight={ROW_HEIGHT}
        heightMax={Math.max(HEIGHT_MIN, window.innerHeight - AROUND_HEIGHT)}
        label="Steps"
        role="tree"
        selected={index}
        onKeyDown={(event) => move(event, props, index)}
        row={(at) => {
          const row = rows[at];
          if (row === undefined) return null;
          return (
            <StepLine
              key={row.path}
              row={row}
              scale={scale}
              end={end}
              isChosen={row.path === chosen}
              onChoose={onChoose}
              onToggle={onToggle}
            />
          );
        }}
      />
    </div>
  );
}

/** When attempts were under way: those that are over, or those that go on. */
function attemptsOf(steps: readonly StepView[], isOver: boolean): Interval[] {
  const found: Interval[] = [];
  for (const { attempts } of steps)
    for (const { startedAt, endedAt } of attempts)
      if ((endedAt !== null) === isOver) found.push({ from: startedAt, to: endedAt ?? startedAt });
  return found;
}

/** The newest time the steps know of, should the clocks of browser and server differ. */
function latest(steps: readonly StepView[]): number {
  return steps.reduce((most, { startedAt, endedAt }) => Math.max(most, endedAt ?? startedAt), 0);
}

function move(event: KeyboardEvent, { rows, onChoose, onToggle }: WaterfallProps, index: number): void {
  const row = rows[index];
  const jump = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -rows.length, End: rows.length }[
    event.key
  ];
  if (jump !== undefined) {
    const next = rows[Math.min(rows.length - 1, Math.max(0, index + jump))];
    if (next !== undefined) onChoose(next.path);
  } else if (event.key === "ArrowRight" && row !== undefined && row.childCount > 0 && !row.isOpen)
    onToggle(row.path);
  else if (event.key === "ArrowLeft" && row?.isOpen === true) onToggle(row.path);
  else if (event.key === "Escape") onChoose("");
  else return;
  event.preventDefault();
}

function Axis({ scale }: { readonly scale: TimeScale }): JSX.Element {
  const isExact = scale.solidMs < EXACT_MS_MAX;
  const ticks = scale.ticks.map(({ at, left }) => ({
    at,
    left,
    text: isExact ? `+${durationText(at - scale.from)}` : clockText(at),
  }));
  return (
    <div class="axis" aria-hidden="true">
      <span class="axis-title">Step</span>
      <div class="axis-lane">
        {ticks.map(({ at, left, text }, index) => (
          <span key={at} class="tick" style={{ left: `${left * 100}%` }}>
            {text !== ticks[index - 1]?.text && text}
          </span>
        ))}
        {scale.gaps.map((gap) => (
          <span
            key={gap.from}
            class="axis-gap"
            title={`Idle from ${exactClockText(gap.from)} to ${exactClockText(gap.to)}`}
            style={{ left: `${gap.left * 100}%`, width: `${gap.width * 100}%` }}
          >
            <span>{ageText(gap.to - gap.from)}</span>
          </span>
        ))}
      </div>
      <span class="axis-end">Took</span>
    </div>
  );
}
