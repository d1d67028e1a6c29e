/**
 * The rows of the progress tree, as values: what is shown of each place and how much it matters when the window is too
 * small for all. Pure; painting and cutting is progress-lines.ts's.
 */
import { isInLoop, labelOf, type Place } from "../progress/plan.ts";
import {
  isUnderWay,
  type LoopProgress,
  type Progress,
  type StepProgress,
  type StepState,
} from "../progress/progress.ts";
import { ratePerSecond } from "../progress/rate.ts";
import { durationText, secondsText } from "./duration.ts";
import { countText, plural, rateText } from "./number-text.ts";
import { oneLine, shorten } from "./safe-text.ts";

export interface Row {
  readonly depth: number;
  readonly state: StepState | "pending";
  readonly label: string;
  /** Most important first, so that cutting at the end loses the least. */
  readonly notes: readonly string[];
  /** 0: first to go when space is short. 2: last. */
  readonly weight: 0 | 1 | 2;
  /** 0 to 1, for a bar. */
  readonly fraction?: number;
}

/** Items of a loop under way that are shown one by one. */
const ITEMS_SHOWN_MAX = 3;
const ERROR_LENGTH_MAX = 200;

export interface RowOptions {
  readonly runId: string;
  readonly now: number;
  /** Leave out what has not begun. */
  readonly begunOnly?: boolean;
}

/** Every row below the run itself, from the top. */
export function progressRows(progress: Progress, options: RowOptions): Row[] {
  const { root } = progress.plan;
  const rows: Row[] = [];
  // A loop at the top has no row of its own below the run's name.
  if (progress.loops.has("")) addPlace(progress, root, 0, options, rows);
  else for (const child of root.children) addPlace(progress, child, 0, options, rows);
  return rows;
}

function addPlace(progress: Progress, place: Place, depth: number, options: RowOptions, rows: Row[]): void {
  const step = progress.steps.get(place.path);
  if (!step && options.begunOnly) return;
  const loop = progress.loops.get(place.path);
  if (loop && step) {
    rows.push(loopRow(place, step, loop, depth, options.now));
    addItems(progress, place, depth + 1, options, rows);
    return;
  }
  rows.push(placeRow(place, step, depth, options));
  if (place.kind === "for-each" || isLoopItem(place)) {
    if (step) addItems(progress, place, depth + 1, options, rows);
    return;
  }
  for (const child of place.children) addPlace(progress, child, depth + 1, options, rows);
}

function isLoopItem(place: Place): boolean {
  return place.children.some((child) => child.path.endsWith("[*]"));
}

function placeRow(place: Place, step: StepProgress | undefined, depth: number, options: RowOptions): Row {
  const label = shorten(oneLine(place.label), 60);
  if (!step) return { depth, state: "pending", label, notes: [], weight: 0 };
  const isActive = isUnderWay(step);
  const matters = step.state === "failed" || step.state === "not-undone";
  const isGroup = place.children.length > 0;
  return {
    depth,
    state: step.state,
    label,
    notes: [
      ...iterationsOf(place, step),
      ...(step.level === undefined ? [] : [`by level ${oneLine(step.level)}`]),
      ...(isGroup && !matters && step.state !== "skipped"
        ? spanOf(step, options.now)
        : notesOf(step, options)),
    ],
    weight: isActive || matters ? (isGroup ? 1 : 2) : 0,
    ...(step.fraction !== undefined && isActive ? { fraction: step.fraction } : {}),
  };
}

/** How far a `repeat` is. */
function iterationsOf({ iterationsMax }: Place, { iteration, endedAt }: StepProgress): string[] {
  if (iteration === undefined) return [];
  if (endedAt !== undefined) return [plural(iteration, "iteration")];
  return [
    `iteration ${countText(iteration)}${iterationsMax === undefined ? "" : ` of at most ${countText(iterationsMax)}`}`,
  ];
}

function loopRow(place: Place, step: StepProgress, loop: LoopProgress, depth: number, now: number): Row {
  const over = loop.done + loop.failed;
  const notes = [`${countText(over)}/${countText(loop.items)}`];
  if (loop.failed > 0) notes.push(`${countText(loop.failed)} failed`);
  if (loop.endedAt === undefined) {
    const perSecond = ratePerSecond(loop.rate, loop.startedAt, now);
    if (perSecond !== undefined && perSecond > 0) {
      notes.push(rateText(perSecond), `${secondsText(((loop.items - over) / perSecond) * 1_000)} left`);
    }
  } else {
    notes.push(...spanOf(step, now));
    const tookMs = loop.endedAt - loop.startedAt;
    if (tookMs >= 1_000) notes.push(rateText((over / tookMs) * 1_000));
  }
  return {
    depth,
    state: step.state,
    label: shorten(oneLine(place.label), 60),
    notes,
    weight: isUnderWay(step) || step.state === "failed" ? 2 : 0,
    ...(loop.endedAt === undefined && loop.items > 0 ? { fraction: over / loop.items } : {}),
  };
}

/** A few of the items that are under way: those in trouble first, then the ones that take longest. */
function addItems(progress: Progress, place: Place, depth: number, options: RowOptions, rows: Row[]): void {
  const prefix = place.path === "" ? "[" : `${place.path}/[`;
  const items: StepProgress[] = [];
  for (const step of progress.steps.values()) {
    if (!step.path.startsWith(prefix) || !isInLoop(step.path) || !isUnderWay(step)) continue;
    // Of an item with steps of its own only the steps are shown.
    if (step.attempt > 0 || step.state === "waiting" || step.child !== undefined) items.push(step);
  }
  items.sort((left, right) => urgency(right) - urgency(left) || left.startedAt - right.startedAt);
  for (const step of items.slice(0, ITEMS_SHOWN_MAX)) {
    const label = step.path
      .slice(prefix.length - 1)
      .split("/")
      .map(labelOf)
      .join("/");
    rows.push({
      depth,
      state: step.state,
      label: shorten(oneLine(label), 60),
      notes: notesOf(step, options),
      weight: urgency(step) > 0 ? 2 : 1,
      ...(step.fraction === undefined ? {} : { fraction: step.fraction }),
    });
  }
  const more = items.length - ITEMS_SHOWN_MAX;
  if (more > 0)
    rows.push({
      depth,
      state: "running",
      label: `and ${countText(more)} more at once`,
      notes: [],
      weight: 0,
    });
}

function urgency(step: StepProgress): number {
  return step.state === "running" ? 0 : 1;
}

function notesOf(step: StepProgress, { now, runId }: RowOptions): string[] {
  const error = step.error && shorten(oneLine(`${step.error.name}: ${step.error.message}`), ERROR_LENGTH_MAX);
  const attempt = step.attempt > 1 ? [`attempt ${step.attempt}`] : [];
  const child = childOf(step);
  switch (step.state) {
    case "running":
    case "undoing":
      return [...child, ...spanOf(step, now), ...attempt, ...(step.note ? [oneLine(step.note)] : [])];
    case "retrying":
      return [`attempt ${step.attempt + 1} in ${secondsText((step.retryAt ?? now) - now)}`, error ?? ""];
    case "waiting":
      return step.waitsFor === "signal"
        ? [`waiting for an answer: reeve signal ${oneLine(runId)} ${oneLine(step.path)} --answer JSON`]
        : [`waiting, ${secondsText(now - step.startedAt)}`];
    case "lost":
      return ["the process ended during it; it is made again"];
    case "failed":
      return [...attempt, ...(error === undefined ? [] : [error]), ...spanOf(step, now)];
    case "not-undone":
      return ["could not be undone", ...(error === undefined ? [] : [error])];
    case "stopped":
      return ["stopped", ...child];
    case "skipped":
      return [step.passedOver === undefined ? "not needed" : `passed over: ${oneLine(step.passedOver)}`];
    case "undone":
      return ["undone", ...child];
    case "completed":
      if (step.isTakenOver) return ["taken over", ...child];
      return [...spanOf(step, now), ...attempt, ...child];
  }
}

/** The run that the step awaits, or awaited. */
function childOf({ child, childState, endedAt }: StepProgress): string[] {
  if (child === undefined) return [];
  const state = endedAt === undefined && childState !== undefined ? ` ${childState}` : "";
  return [`run ${oneLine(child)}${state}`];
}

function spanOf(step: StepProgress, now: number): string[] {
  if (step.endedAt === undefined) {
    const runningMs = now - step.startedAt;
    return runningMs < 1_000 ? [] : [secondsText(runningMs)];
  }
  return [durationText(step.endedAt - step.startedAt)];
}
