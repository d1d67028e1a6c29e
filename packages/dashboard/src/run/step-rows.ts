/** The rows of the waterfall: the run's steps as a tree by path, flattened, with long groups folded up. Pure. */
import type { StepStateView, StepView } from "../connection/contract.ts";
import { isInner, parentPath } from "../format/path.ts";

export interface StepRow {
  readonly path: string;
  readonly depth: number;
  /** Undefined for a group that has no events of its own. */
  readonly step: StepView | undefined;
  readonly state: StepStateView;
  readonly from: number;
  /** Undefined while it goes on. */
  readonly to: number | undefined;
  readonly childCount: number;
  readonly failedCount: number;
  readonly isOpen: boolean;
}

interface Place {
  readonly path: string;
  step: StepView | undefined;
  readonly children: Place[];
}

/** Groups with more children than this are folded up until they are opened. */
const CHILDREN_OPEN_MAX = 40;

/** All rows that are open, in the order they began. `toggled` are groups that stand against their default. */
export function stepRows(steps: readonly StepView[], toggled: ReadonlySet<string>): StepRow[] {
  const rows: StepRow[] = [];
  const walk = (place: Place, depth: number): void => {
    const row = rowOf(place, depth, toggled);
    rows.push(row);
    if (row.isOpen) for (const child of place.children) walk(child, depth + 1);
  };
  for (const place of placesOf(steps).children) walk(place, 0);
  return rows;
}

function placesOf(steps: readonly StepView[]): Place {
  const root: Place = { path: "", step: undefined, children: [] };
  const places = new Map<string, Place>([["", root]]);
  const placeAt = (path: string): Place => {
    const known = places.get(path);
    if (known !== undefined) return known;
    const place: Place = { path, step: undefined, children: [] };
    places.set(path, place);
    placeAt(parentPath(path) ?? "").children.push(place);
    return place;
  };
  for (const step of steps) if (step.path !== "" && !isInner(step.path)) placeAt(step.path).step = step;
  return root;
}

function rowOf(place: Place, depth: number, toggled: ReadonlySet<string>): StepRow {
  const { path, step, children } = place;
  const isOpenByDefault = children.length <= CHILDREN_OPEN_MAX;
  const sum = sumOf(place);
  const isGroup = step === undefined || step.kind === "phase";
  const own = step?.endedAt ?? undefined;
  return {
    path,
    depth,
    step,
    state: step?.state ?? sum.state,
    from: Math.min(step?.startedAt ?? Infinity, sum.from),
    to: isGroup && own === undefined ? sum.to : own,
    childCount: children.length,
    failedCount: sum.failed,
    isOpen: children.length > 0 && isOpenByDefault !== toggled.has(path),
  };
}

interface Sum {
  readonly from: number;
  readonly to: number | undefined;
  readonly failed: number;
  readonly state: StepStateView;
}

/** What the steps below a group add up to. */
function sumOf(place: Place): Sum {
  let [from, to, failed] = [Infinity, 0, 0];
  let [isOpen, isWaiting, isRunning] = [false, false, false];
  const visit = ({ step, children }: Place): void => {
    if (step !== undefined) {
      from = Math.min(from, step.startedAt);
      if (step.endedAt === null) isOpen = true;
      else to = Math.max(to, step.endedAt);
      if (step.state === "failed" || step.state === "not-undone") failed++;
      if (step.state === "waiting") isWaiting = true;
      if (step.state === "running" || step.state === "retrying") isRunning = true;
    }
    for (const child of children) visit(child);
  };
  for (const child of place.children) visit(child);
  const open = isRunning || !isWaiting ? "running" : "waiting";
  const ended = failed > 0 ? "failed" : "completed";
  return { from, to: isOpen ? undefined : to, failed, state: isOpen ? open : ended };
}
