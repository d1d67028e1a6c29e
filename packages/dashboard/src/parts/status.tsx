/** How runs and steps stand, as a shape and a colour: either alone tells the states apart. */
import type { JSX } from "preact";
import type { RunSummary, StepStateView } from "../connection/contract.ts";

type Tone = "good" | "bad" | "warn" | "accent" | "calm";
type Shape =
  | "check"
  | "cross"
  | "ring"
  | "pause"
  | "half"
  | "dots"
  | "back"
  | "warning"
  | "slash"
  | "clock"
  | "minus"
  | "broken";

interface Look {
  readonly shape: Shape;
  readonly tone: Tone;
  readonly label: string;
}

export type Status =
  | RunSummary["state"]
  | NonNullable<RunSummary["outcome"]>
  | StepStateView
  | "ok"
  | "attention"
  | "failing"
  | "open"
  | "half-open";

const looks: Readonly<Record<Status, Look>> = {
  queued: { shape: "dots", tone: "calm", label: "queued" },
  running: { shape: "ring", tone: "accent", label: "running" },
  waiting: { shape: "half", tone: "warn", label: "waiting" },
  paused: { shape: "pause", tone: "warn", label: "paused" },
  undoing: { shape: "back", tone: "warn", label: "undoing" },
  stranded: { shape: "broken", tone: "bad", label: "stranded" },
  ended: { shape: "check", tone: "calm", label: "ended" },
  completed: { shape: "check", tone: "good", label: "completed" },
  failed: { shape: "cross", tone: "bad", label: "failed" },
  "rolled-back": { shape: "back", tone: "bad", label: "rolled back" },
  "rollback-failed": { shape: "warning", tone: "bad", label: "rollback failed" },
  cancelled: { shape: "slash", tone: "calm", label: "cancelled" },
  "timed-out": { shape: "clock", tone: "bad", label: "timed out" },
  rejected: { shape: "minus", tone: "bad", label: "rejected" },
  retrying: { shape: "ring", tone: "warn", label: "retrying" },
  lost: { shape: "broken", tone: "warn", label: "lost" },
  stopped: { shape: "slash", tone: "calm", label: "stopped" },
  undone: { shape: "back", tone: "calm", label: "undone" },
  "not-undone": { shape: "warning", tone: "bad", label: "not undone" },
  ok: { shape: "check", tone: "good", label: "well" },
  attention: { shape: "half", tone: "warn", label: "needs attention" },
  failing: { shape: "cross", tone: "bad", label: "failing" },
  open: { shape: "broken", tone: "bad", label: "breaker open" },
  "half-open": { shape: "half", tone: "warn", label: "breaker half-open" },
};

/** What a run is shown as: its outcome once it has ended, else its state. */
export function statusOf(run: Pick<RunSummary, "state" | "outcome">): Status {
  return run.outcome ?? run.state;
}

/** The words for a status. */
export function statusText(status: Status): string {
  return looks[status].label;
}

/** The colour of a status, as the name of a custom property. */
function toneOf(status: Status): Tone {
  return looks[status].tone;
}

/** The shape alone; the words are there for those who do not see it. */
export function StatusIcon({
  status,
  size = 14,
}: {
  readonly status: Status;
  readonly size?: number;
}): JSX.Element {
  const { shape, tone, label } = looks[status];
  const isTurning = shape === "ring";
  return (
    <svg
      class={`status-icon tone-${tone}${isTurning ? " turning" : ""}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      role="img"
      aria-label={label}
    >
      {shapes[shape]}
    </svg>
  );
}

/** Shape and words. */
export function StatusBadge({ status }: { readonly status: Status }): JSX.Element {
  return (
    <span class={`status tone-${toneOf(status)}`}>
      <span aria-hidden="true">
        <StatusIcon status={status} />
      </span>
      {statusText(status)}
    </span>
  );
}

const line = {
  stroke: "currentColor",
  "stroke-width": 1.8,
  "stroke-linecap": "round",
  "stroke-linejoin": "round",
} as const;
const cut = { ...line, stroke: "var(--surface)" } as const;
const disc = <circle cx="8" cy="8" r="7" fill="currentColor" />;
const rim = <circle cx="8" cy="8" r="6.1" {...line} />;

const shapes: Readonly<Record<Shape, JSX.Element>> = {
  check: (
    <g>
      {rim}
      <path d="M5 8.2l2.1 2.1L11 6.2" {...line} />
    </g>
  ),
  cross: (
    <g>
      <rect x="1" y="1" width="14" height="14" rx="3" fill="currentColor" />
      <path d="M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6" {...cut} />
    </g>
  ),
  ring: (
    <g>
      <circle cx="8" cy="8" r="6.1" {...line} opacity="0.3" />
      <path d="M8 1.9a6.1 6.1 0 0 1 6.1 6.1" {...line} />
    </g>
  ),
  pause: (
    <g>
      {disc}
      <path d="M6.2 5.5v5M9.8 5.5v5" {...cut} />
    </g>
  ),
  half: (
    <g>
      {rim}
      <path d="M8 1.9a6.1 6.1 0 0 1 0 12.2z" fill="currentColor" />
    </g>
  ),
  dots: <circle cx="8" cy="8" r="6.1" {...line} stroke-dasharray="0.1 3.73" />,
  back: (
    <g>
      <path d="M3 6h6.5a3.5 3.5 0 0 1 0 7H6" {...line} />
      <path d="M5.8 3L2.8 6l3 3" {...line} />
    </g>
  ),
  warning: (
    <g>
      <path d="M8 1.2l7 12.8H1z" fill="currentColor" {...line} />
      <path d="M8 6v3.5M8 12v.01" {...cut} />
    </g>
  ),
  slash: (
    <g>
      {rim}
      <path d="M4 12l8-8" {...line} />
    </g>
  ),
  clock: (
    <g>
      {disc}
      <path d="M8 4.2V8l2.4 1.8" {...cut} />
    </g>
  ),
  minus: (
    <g>
      {disc}
      <path d="M4.6 8h6.8" {...cut} />
    </g>
  ),
  broken: (
    <g>
      <path d="M8 1.5L14.5 8 8 14.5 1.5 8z" {...line} stroke-dasharray="5.2 2.5" />
      <path d="M8 5v3.3M8 10.9v.01" {...line} />
    </g>
  ),
};
