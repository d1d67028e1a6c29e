/** The progress tree painted, and fitted to a window: what matters least goes first. */
import type { Progress } from "../progress/progress.ts";
import { secondsText } from "./duration.ts";
import { countText } from "./number-text.ts";
import { progressRows, type Row, type RowOptions } from "./progress-rows.ts";
import { oneLine } from "./safe-text.ts";
import { standLine } from "./stand-line.ts";
import type { Paint, Style } from "./terminal.ts";

const MARKS: { readonly [state in Row["state"]]: readonly [mark: string, style: Style] } = {
  pending: ["·", "dim"],
  running: ["●", "cyan"],
  retrying: ["↻", "yellow"],
  waiting: ["?", "yellow"],
  lost: ["↻", "yellow"],
  completed: ["✓", "green"],
  skipped: ["-", "dim"],
  failed: ["✗", "red"],
  stopped: ["-", "yellow"],
  undoing: ["↶", "yellow"],
  undone: ["↶", "dim"],
  "not-undone": ["✗", "red"],
};
const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] as const;
const SPINNER_STEP_MS = 100;
const BAR_CELLS = 16;
/** Narrower windows have no room for a bar. */
const BAR_COLUMNS_MIN = 60;

export interface LineOptions extends RowOptions {
  readonly paint: Paint;
  readonly columns: number;
  /** At most so many lines. */
  readonly rows: number;
  /** Whether marks may move, because the lines are drawn again. */
  readonly isMoving?: boolean;
}

/** The live display: a head, as much of the tree as fits, and a line of counts. */
export function progressLines(progress: Progress, options: LineOptions): string[] {
  const { rows, paint, runId, now } = options;
  const stand = progress.outcome === undefined ? standLine(progress, runId, now) : undefined;
  const top = [headLine(progress, options)];
  // Where there is one row only, why nothing moves says more than the name.
  if (stand !== undefined) top.splice(rows < 2 ? 0 : 1, rows < 2 ? 1 : 0, `  ${paint("yellow", stand)}`);
  const foot = rows < 3 ? undefined : footLine(progress, paint);
  const space = Math.max(0, rows - top.length - (foot === undefined ? 0 : 1));
  const tree = fitRows(progressRows(progress, options), space).map((row) => rowLine(row, options));
  return [...top, ...tree, ...(foot === undefined ? [] : [foot])];
}

/** The whole tree, as `reeve show` prints it. */
export function treeLines(progress: Progress, options: LineOptions): string[] {
  return progressRows(progress, options).map((row) => rowLine(row, options));
}

/** Drops the rows that matter least until the rest fits, and says how many are missing. */
function fitRows(rows: readonly Row[], space: number): Row[] {
  if (rows.length <= space) return [...rows];
  if (space <= 0) return [];
  const kept = new Set(rows);
  for (const weight of [0, 1, 2] as const) {
    for (const row of rows.toReversed()) {
      if (kept.size < space) break;
      if (row.weight === weight) kept.delete(row);
    }
  }
  const missing: Row = {
    depth: 0,
    state: "pending",
    label: `${countText(rows.length - kept.size)} more`,
    notes: [],
    weight: 0,
  };
  return [...rows.filter((row) => kept.has(row)), missing];
}

function rowLine(row: Row, { paint, now, columns, isMoving }: LineOptions): string {
  const [mark, style] = MARKS[row.state];
  const spinner = SPINNER[Math.floor(now / SPINNER_STEP_MS) % SPINNER.length] ?? mark;
  const shown = paint(style, row.state === "running" && isMoving ? spinner : mark);
  const isQuiet = row.state === "pending" || row.state === "skipped";
  const label = isQuiet ? paint("dim", row.label) : row.label;
  const bar =
    row.fraction !== undefined && columns >= BAR_COLUMNS_MIN ? ` ${barOf(row.fraction, paint)}` : "";
  const share = row.fraction !== undefined ? [`${Math.floor(row.fraction * 100)} %`] : [];
  const notes = [...share, ...row.notes].filter((note) => note !== "");
  const tail = notes.length === 0 ? "" : `  ${paint(noteStyle(row), notes.join(" · "))}`;
  return `${"  ".repeat(row.depth + 1)}${shown} ${label}${bar}${tail}`;
}

function noteStyle(row: Row): Style {
  if (row.state === "failed" || row.state === "not-undone") return "red";
  return row.state === "retrying" || row.state === "waiting" ? "yellow" : "dim";
}

function barOf(fraction: number, paint: Paint): string {
  const full = Math.max(0, Math.min(BAR_CELLS, Math.round(fraction * BAR_CELLS)));
  return paint("cyan", "━".repeat(full)) + paint("dim", "─".repeat(BAR_CELLS - full));
}

function headLine(progress: Progress, { paint, now, runId }: LineOptions): string {
  const { startedAt, endedAt, plan } = progress;
  const elapsed = startedAt === undefined ? "" : secondsText((endedAt ?? now) - startedAt);
  return `${paint("bold", oneLine(plan.root.label))}  ${paint("dim", `${elapsed}  ${oneLine(runId)}`)}`;
}

function footLine({ counts, cancelReason }: Progress, paint: Paint): string | undefined {
  const parts = [`${countText(counts.completed)} ${counts.completed === 1 ? "step" : "steps"} done`];
  if (counts.retried > 0) parts.push(`${countText(counts.retried)} retried`);
  if (counts.failed > 0) parts.push(`${countText(counts.failed)} failed`);
  if (counts.undone > 0) parts.push(`${countText(counts.undone)} undone`);
  if (cancelReason !== undefined) parts.push(`cancel asked: ${oneLine(cancelReason)}`);
  return counts.completed + counts.failed + counts.retried === 0 && cancelReason === undefined
    ? undefined
    : `  ${paint("dim", parts.join(" · "))}`;
}
