/** A program seen as one tree and one log, though parts of it are runs of their own. */
import type { Event } from "../delegation/event.ts";
import { isUndo, join, type Path } from "../delegation/path.ts";
import type { PatternNode, SequentialNode } from "../delegation/pattern.ts";
import type { RunRow } from "../engine/store.ts";

/** The patterns of a `delegate`: the one that is tried first, and what is tried when that has failed. */
export interface Served {
  readonly first: SequentialNode;
  readonly alternative: SequentialNode | undefined;
}

/** Where in the tree the second try of a `delegate` stands, as its last step. */
const AGAIN = "again";

/** A path of the log as one of the tree. */
export function inTree(path: Path): Path {
  return path.replaceAll("[try-2]", AGAIN);
}

/** The tree with the patterns that a `delegate` is served by in its place; `serving` gives them by the delegate's name. */
export function inlinePatterns(node: PatternNode, serving: ReadonlyMap<string, Served>): PatternNode {
  const inner = (each: PatternNode): PatternNode => inlinePatterns(each, serving);
  switch (node.kind) {
    case "agent":
    case "approval":
    case "delay":
      return node;
    case "delegate": {
      const served = serving.get(node.name);
      if (!served) throw new Error(`nothing serves '${node.name}'`);
      const { first, alternative } = served;
      const again = alternative ? [inner({ ...alternative, name: AGAIN })] : [];
      const both = { ...first, steps: [...first.steps.map(inner), ...again] };
      return { kind: "step", name: node.name, step: both, input: undefined };
    }
    case "sequential":
      return { ...node, steps: node.steps.map(inner) };
    case "parallel": {
      const tasks = Object.entries(node.tasks).map(([key, task]) => [key, inner(task)] as const);
      return { ...node, tasks: Object.fromEntries(tasks) };
    }
    case "meta":
      return {
        ...node,
        phases: node.phases.map((phase) => ({ ...phase, patterns: phase.patterns.map(inner) })),
      };
    case "degrade":
      return { ...node, levels: node.levels.map((level) => ({ ...level, node: inner(level.node) })) };
    case "for-each":
    case "repeat":
    case "step":
      return { ...node, step: inner(node.step) };
    case "when":
      return { ...node, then: inner(node.then) };
  }
}

/** Where in the tree a run stands; what undoes a child stands where the child does. */
export function placeOf(runs: Iterable<RunRow>, id: string): Path {
  const origins = new Map(Array.from(runs, (row) => [row.id, row.origin]));
  let place: Path = "";
  for (let origin = origins.get(id); origin?.parent; origin = origins.get(origin.parent.run)) {
    const { path } = origin.parent;
    const step = inTree(origin.forkedFrom?.undoes ? path.replace(/\/undo$/, "") : path);
    place = place === "" ? step : join(step, place);
  }
  return place;
}

/** What a child's own beginning and end, and the undoing of a child, are to its parent is told by other events. */
function isOwn(event: Event): boolean {
  switch (event.kind) {
    case "run-started":
    case "run-ended":
    case "cancel-requested":
      return true;
    default:
      return false;
  }
}

/** The events as if all had happened in the topmost run. */
export function inlineEvents(runs: readonly RunRow[], events: readonly Event[]): readonly Event[] {
  const places = new Map(runs.map(({ id }) => [id, placeOf(runs, id)]));
  const inlined: Event[] = [];
  for (const event of causally(events)) {
    const place = places.get(event.run) ?? "";
    if (place !== "" && isOwn(event)) continue;
    if ((event.kind === "child-started" || event.kind === "child-ended") && isUndo(event.path)) continue;
    const at = event.path === undefined ? {} : { path: join(place, inTree(event.path)) };
    inlined.push(Object.assign({}, event, at, { seq: inlined.length + 1 }));
  }
  return inlined;
}

/** What is committed at once stands run by run in the log; here a child has ended before its parent is told so. */
function causally(events: readonly Event[]): readonly Event[] {
  const ordered: Event[] = [];
  /** Runs that are yet to end; a child that was stopped before it began is none of them. */
  const open = new Set(events.flatMap((event) => (event.kind === "run-ended" ? [event.run] : [])));
  const heldBack = new Map<string, Event[]>();
  const put = (event: Event): void => {
    const held = heldBack.get(event.run);
    if (held) held.push(event);
    else if (event.kind === "child-ended" && open.has(event.child)) heldBack.set(event.run, [event]);
    else {
      ordered.push(event);
      if (event.kind === "run-ended") release(event.run);
    }
  };
  const release = (child: string): void => {
    open.delete(child);
    for (const [run, held] of Array.from(heldBack)) {
      const [first] = held;
      if (first?.kind !== "child-ended" || first.child !== child) continue;
      heldBack.delete(run);
      for (const event of held) put(event);
    }
  };
  for (const event of events) put(event);
  return ordered;
}
