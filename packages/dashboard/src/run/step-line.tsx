/** One row of the waterfall: the step's name, how it stands, its attempts as bars, and how long it took. */
import type { JSX } from "preact";
import type { AttemptView } from "../connection/contract.ts";
import { countText } from "../format/count.ts";
import { durationText } from "../format/duration.ts";
import { stepName } from "../format/path.ts";
import { StatusIcon, statusText } from "../parts/status.tsx";
import type { StepRow } from "./step-rows.ts";
import type { TimeScale } from "./time-scale.ts";

interface StepLineProps {
  readonly row: StepRow;
  readonly scale: TimeScale;
  /** Where what goes on is drawn to. */
  readonly end: number;
  readonly isChosen: boolean;
  readonly onChoose: (path: string) => void;
  readonly onToggle: (path: string) => void;
}

const INDENT_MAX = 8;

/** The row. */
export function StepLine({ row, scale, end, isChosen, onChoose, onToggle }: StepLineProps): JSX.Element {
  const { step, path, childCount, isOpen } = row;
  const to = row.to ?? end;
  const toggle = (event: Event): void => {
    event.stopPropagation();
    onToggle(path);
  };
  return (
    <div
      class={isChosen ? "step-line step-line-chosen" : "step-line"}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-selected={isChosen}
      aria-expanded={childCount > 0 ? isOpen : undefined}
      onClick={() => onChoose(path)}
    >
      <span class="step-name" style={{ paddingLeft: `${Math.min(row.depth, INDENT_MAX) * 14}px` }}>
        {childCount > 0 ? (
          <span class={isOpen ? "twisty twisty-open" : "twisty"} aria-hidden="true" onClick={toggle}>
            <svg width="10" height="10" viewBox="0 0 10 10" stroke="currentColor" stroke-width="1.6">
              <path d="M3 1.5L6.5 5 3 8.5" stroke-linecap="round" stroke-linejoin="round" />
            </svg>
          </span>
        ) : (
          <span class="twisty" />
        )}
        <StatusIcon status={row.state} />
        <span class="cut" title={path}>
          {stepName(path)}
        </span>
        {step !== undefined && step.agent !== null && step.agent !== stepName(path) && (
          <span class="step-agent cut muted small">{step.agent}</span>
        )}
        {childCount > 0 && !isOpen && (
          <span class="muted small">
            {countText(childCount)} inside{row.failedCount > 0 && `, ${countText(row.failedCount)} failed`}
          </span>
        )}
        {step !== undefined && step.attemptCount > 1 && <span class="count">×{step.attemptCount}</span>}
      </span>
      <svg class="lane" width="100%" height="28" aria-hidden="true">
        {scale.gaps.map((gap) => (
          <rect
            key={gap.from}
            class="lane-gap"
            x={share(gap.left)}
            width={share(gap.width)}
            y="0"
            height="28"
          />
        ))}
        <Bars row={row} scale={scale} to={to} end={end} />
      </svg>
      <span class="number">
        {row.to === undefined ? (
          <span class="muted">{statusText(row.state)}</span>
        ) : (
          durationText(row.to - row.from)
        )}
      </span>
    </div>
  );
}

interface BarsProps {
  readonly row: StepRow;
  readonly scale: TimeScale;
  readonly to: number;
  readonly end: number;
}

function Bars({ row, scale, to, end }: BarsProps): JSX.Element {
  const { step } = row;
  if (step === undefined || step.kind === "phase" || step.attempts.length === 0) {
    const isWait = step?.kind === "approval" || step?.kind === "delay";
    return <Bar kind={isWait ? "wait" : "group"} from={row.from} to={to} scale={scale} />;
  }
  return (
    <>
      <Bar kind="line" from={row.from} to={to} scale={scale} />
      {step.attempts.map((attempt) => (
        <Bar
          key={attempt.attempt}
          kind={kindOf(attempt, step.takenOver)}
          from={attempt.startedAt}
          to={attempt.endedAt ?? end}
          scale={scale}
        />
      ))}
    </>
  );
}

type BarKind = "group" | "wait" | "line" | "taken-over" | AttemptView["result"];

function kindOf({ result }: AttemptView, isTakenOver: boolean): BarKind {
  return isTakenOver ? "taken-over" : result;
}

const heights: Readonly<Record<BarKind, number>> = {
  group: 4,
  wait: 8,
  line: 1.5,
  "taken-over": 10,
  running: 10,
  completed: 10,
  failed: 10,
  lost: 10,
};

/** However short it was, a bar is wide enough to be seen. */
const WIDTH_MIN = 0.003;

function Bar(props: {
  readonly kind: BarKind;
  readonly from: number;
  readonly to: number;
  readonly scale: TimeScale;
}): JSX.Element {
  const { kind, from, to, scale } = props;
  const left = Math.min(scale.place(from), 1 - WIDTH_MIN);
  const width = Math.max(WIDTH_MIN, scale.place(to) - left);
  const height = heights[kind];
  return (
    <rect
      class={`bar bar-${kind}`}
      x={share(left)}
      width={share(width)}
      y={14 - height / 2}
      height={height}
      rx={Math.min(2, height / 2)}
    />
  );
}

function share(part: number): string {
  return `${(part * 100).toFixed(3)}%`;
}
