/**
 * Checks the order of undos: in a sequence the later child's undos have all ended before one of an earlier child
 * begins, and a task's before those of the tasks it needed. Undos that ended before the later child began are its own
 * subtree's affair.
 */
import type { Event } from "../delegation/event.ts";
import { isUndo, itemSegment, join, segment, type Path } from "../delegation/path.ts";
import type { PatternNode } from "../delegation/pattern.ts";
import type { Simulated } from "./simulate.ts";

/** One undo, by the sequence numbers of its first and last event. */
interface Undo {
  readonly path: Path;
  readonly first: number;
  last: number;
}

/** What is wrong, in words; empty when nothing is. */
export function checkUndoOrder({ program, events }: Simulated): string[] {
  const undos = undosOf(events);
  if (undos.length === 0) return [];
  const faults: string[] = [];
  visit(program.shape, "", (earlier, later) => {
    // A signal may be sent long before what awaits it begins.
    const begun = events.find((event) => event.kind !== "signal-sent" && isBelow(event.path, later))?.seq;
    if (begun === undefined) return;
    const laterEnd = Math.max(
      0,
      ...undos.filter((undo) => isBelow(undo.path, later)).map((undo) => undo.last),
    );
    for (const undo of undos) {
      if (!isBelow(undo.path, earlier) || undo.last < begun || undo.first > laterEnd) continue;
      faults.push(`'${undo.path}' was undone before '${later}', which came after it`);
    }
  });
  return faults;
}

function undosOf(events: readonly Event[]): readonly Undo[] {
  const undos = new Map<Path, Undo>();
  for (const event of events) {
    if (event.path === undefined || !isUndo(event.path)) continue;
    const known = undos.get(event.path);
    if (known) known.last = event.seq;
    else undos.set(event.path, { path: event.path, first: event.seq, last: event.seq });
  }
  return [...undos.values()];
}

function isBelow(path: Path | undefined, above: Path): boolean {
  return path === above || path?.startsWith(`${above}/`) === true;
}

/** Calls `ordered` for each pair of places of which the second comes after the first. */
function visit(node: PatternNode, path: Path, ordered: (earlier: Path, later: Path) => void): void {
  const inOrder = (paths: readonly Path[]): void =>
    paths.forEach((later, index) => {
      for (const earlier of paths.slice(0, index)) ordered(earlier, later);
    });
  switch (node.kind) {
    case "sequential":
      inOrder(node.steps.map((step) => join(path, segment(step.name))));
      for (const step of node.steps) visit(step, join(path, segment(step.name)), ordered);
      return;
    case "parallel":
      for (const [task, needed] of Object.entries(node.needs)) {
        for (const need of needed) ordered(join(path, segment(need)), join(path, segment(task)));
      }
      for (const [task, inner] of Object.entries(node.tasks))
        visit(inner, join(path, segment(task)), ordered);
      return;
    case "for-each":
      // More items than any program draws.
      for (let index = 0; index < 4; index++) visit(node.step, join(path, itemSegment(index)), ordered);
      return;
    case "meta":
      inOrder(node.phases.map((phase) => join(path, segment(phase.name))));
      for (const phase of node.phases) {
        const at = join(path, segment(phase.name));
        const paths = phase.patterns.map((pattern) => join(at, segment(pattern.name)));
        if (phase.coordination === "sequential") inOrder(paths);
        phase.patterns.forEach((pattern, index) => visit(pattern, paths[index] ?? at, ordered));
      }
      return;
    case "repeat": {
      // More iterations than any program draws.
      const paths = Array.from({ length: 4 }, (_, index) => join(path, itemSegment(index)));
      inOrder(paths);
      for (const iteration of paths) visit(node.step, iteration, ordered);
      return;
    }
    case "degrade":
      inOrder(node.levels.map((level) => join(path, segment(level.node.name))));
      for (const level of node.levels) visit(level.node, join(path, segment(level.node.name)), ordered);
      return;
    case "when":
      visit(node.then, join(path, segment(node.then.name)), ordered);
      return;
    case "step":
      visit(node.step, path, ordered);
      return;
    case "agent":
    case "approval":
    case "delay":
    case "delegate":
      return;
  }
}
