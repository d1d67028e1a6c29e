/**
 * A pattern as nested boxes: what runs one after the other stands below, what runs at once stands beside. Each agent's
 * box says what goes on there now, and how its attempts went so far.
 */
import type { JSX } from "preact";
import type { PlaceView, StepActivityView } from "../connection/contract.ts";
import { countText } from "../format/count.ts";
import { StatusIcon, type Status } from "../parts/status.tsx";

/** What a place does, in words; an agent's box needs none. */
const words: ReadonlyMap<string, string> = new Map([
  ["sequential", "one after the other"],
  ["parallel", "at once"],
  ["for-each", "for each item"],
  ["meta", "phases"],
  ["phase", "phase"],
  ["when", "only when"],
  ["repeat", "again until"],
  ["approval", "waits for an answer"],
  ["delay", "waits"],
  ["delegate", "delegates"],
  ["degrade", "the first level that works"],
]);

interface PatternTreeProps {
  readonly tree: PlaceView;
  readonly activity: readonly StepActivityView[];
}

/** The tree. */
export function PatternTree({ tree, activity }: PatternTreeProps): JSX.Element {
  const byPath = new Map(activity.map((step) => [step.path, step]));
  return (
    <div class="tree">
      <PlaceBox place={tree} activity={byPath} depth={0} />
    </div>
  );
}

/** How many boxes may stand beside one another; each level of nesting takes some of the room. */
const BESIDE_MAX = 6;
const BESIDE_PER_LEVEL = 0.25;

interface PlaceBoxProps {
  readonly place: PlaceView;
  readonly activity: ReadonlyMap<string, StepActivityView>;
  readonly depth: number;
}

function PlaceBox({ place, activity, depth }: PlaceBoxProps): JSX.Element {
  const { kind, label, agent, needs, children } = place;
  const isLeaf = children.length === 0;
  const does = words.get(kind);
  const counts = activity.get(place.path);
  const isBeside = kind === "parallel" && widthOf(place) + depth * BESIDE_PER_LEVEL <= BESIDE_MAX;
  return (
    <div class={`place place-${kind}${isLeaf ? " place-leaf" : ""}`}>
      <div class="place-head">
        <span class="place-label">{label}</span>
        {agent !== null && agent !== label && <span class="muted">{agent}</span>}
        {does !== undefined && <span class="place-kind">{does}</span>}
        {needs.length > 0 && <span class="muted small">after {needs.join(", ")}</span>}
        {counts !== undefined && <Counts counts={counts} />}
      </div>
      {!isLeaf && (
        <div class={isBeside ? "place-children place-beside" : "place-children"}>
          {children.map((child) => (
            <PlaceBox key={child.path} place={child} activity={activity} depth={depth + 1} />
          ))}
        </div>
      )}
    </div>
  );
}

/** How many boxes would stand beside one another. */
function widthOf({ kind, children }: PlaceView): number {
  const widths = children.map(widthOf);
  if (widths.length === 0) return 1;
  return kind === "parallel" ? widths.reduce((sum, width) => sum + width, 0) : Math.max(...widths);
}

function Counts({ counts }: { readonly counts: StepActivityView }): JSX.Element {
  const shown: readonly (readonly [Status, number])[] = [
    ["running", counts.running],
    ["completed", counts.completed],
    ["failed", counts.failed],
    ["retrying", counts.retried],
    ["lost", counts.lost],
  ];
  return (
    <ul class="place-counts">
      {shown
        .filter(([, count]) => count > 0)
        .map(([status, count]) => (
          <li key={status}>
            <StatusIcon status={status} size={11} />
            {countText(count)}
          </li>
        ))}
    </ul>
  );
}
