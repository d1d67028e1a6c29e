/**
 * A pattern as the tree that progress is shown on: the places of its steps, known before anything runs. The paths are
 * those of the run's events; below a `forEach` there is one place for all items, with `[*]` in its path, and below a
 * `repeat` one for all iterations.
 */
import type { Pattern, PatternNode } from "@reeve/core";

export type PlaceKind =
  | "agent"
  | "sequential"
  | "parallel"
  | "for-each"
  | "meta"
  | "degrade"
  | "phase"
  | "when"
  | "repeat"
  | "approval"
  | "delay"
  | "delegate"
  | "unknown";

export interface Place {
  readonly path: string;
  /** The last name of the path, as the user wrote it. */
  readonly label: string;
  readonly kind: PlaceKind;
  readonly parent: Place | undefined;
  readonly children: Place[];
  /** Items per step of a `forEach`. */
  readonly batch: number;
  /** Iterations of a `repeat`. */
  readonly iterationsMax: number | undefined;
  /** The agent that the step calls. */
  readonly agent: string | undefined;
  /** Whether a child that fails leaves this place going on. */
  readonly tolerant: boolean;
}

export interface Plan {
  readonly root: Place;
  readonly places: Map<string, Place>;
}

/** The plan of a pattern. */
export function planOf(pattern: Pattern): Plan {
  const places = new Map<string, Place>();
  return { root: place(pattern, "", pattern.name, undefined, places), places };
}

/** A plan that knows nothing yet; places are added as events name them. */
export function unknownPlan(name: string): Plan {
  const root = makePlace({ path: "", label: name, kind: "unknown", parent: undefined });
  return { root, places: new Map([["", root]]) };
}

/** The place of a step; one that the plan does not know is added, and those above it. */
export function placeAt(plan: Plan, path: string): Place {
  const template = templateOf(path);
  const known = plan.places.get(template);
  if (known) return known;
  const parent = placeAt(plan, parentOf(template) ?? "");
  const added = makePlace({ path: template, label: labelOf(template), kind: "unknown", parent });
  parent.children.push(added);
  plan.places.set(template, added);
  return added;
}

/** The path with every item's number left out. */
function templateOf(path: string): string {
  return path.includes("[") ? path.replace(/\[\d+\]/g, "[*]") : path;
}

/** The path one level up; undefined above the root. */
export function parentOf(path: string): string | undefined {
  if (path === "") return undefined;
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The step that the path is a further try of: `ship` for `ship/[try-2]`. Any other path is its own. */
export function stepOfTry(path: string): string {
  return path.includes("[try-") ? path.replace(/\/\[try-\d+\]$/, "") : path;
}

/** Whether the path lies below an item of a `forEach`, or is one. */
export function isInLoop(path: string): boolean {
  return path.includes("[") && /\[\d/.test(path);
}

/** The number of the item or batch that the path ends with. */
export function itemIndexOf(path: string): number | undefined {
  const match = /(?:^|\/)\[(\d+)\]$/.exec(path);
  return match ? Number(match[1]) : undefined;
}

/** The last name of a path, its escapes undone. */
export function labelOf(path: string): string {
  const last = path.slice(path.lastIndexOf("/") + 1);
  return last.replace(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

type PlaceOptions = Pick<Place, "path" | "label" | "kind" | "parent"> & Partial<Place>;

function makePlace(options: PlaceOptions): Place {
  return { children: [], batch: 1, iterationsMax: undefined, agent: undefined, tolerant: false, ...options };
}

function place(
  node: PatternNode,
  path: string,
  label: string,
  parent: Place | undefined,
  places: Map<string, Place>,
): Place {
  // A renamed step has the path of the `step` and is shown as what it runs.
  if (node.kind === "step") return place(node.step, path, label, parent, places);
  const batch = node.kind === "for-each" ? (node.batch ?? 1) : 1;
  const tolerant = (node.kind === "for-each" || node.kind === "parallel") && node.tolerate !== undefined;
  const iterationsMax = node.kind === "repeat" ? node.max : undefined;
  const agent = node.kind === "agent" ? node.name : undefined;
  const made = makePlace({ path, label, kind: node.kind, parent, batch, iterationsMax, agent, tolerant });
  places.set(path, made);
  const add = (child: PatternNode, segment: string, name: string, above: Place = made): void => {
    above.children.push(place(child, below(above.path, segment), name, above, places));
  };
  switch (node.kind) {
    case "sequential":
      for (const step of node.steps) add(step, segment(step.name), step.name);
      break;
    case "parallel":
      for (const [name, task] of Object.entries(node.tasks)) add(task, segment(name), name);
      break;
    case "for-each":
    case "repeat":
      add(node.step, "[*]", node.step.name);
      break;
    case "when":
      add(node.then, segment(node.then.name), node.then.name);
      break;
    case "meta":
      for (const phase of node.phases) {
        const phasePath = below(path, segment(phase.name));
        const group = makePlace({ path: phasePath, label: phase.name, kind: "phase", parent: made });
        places.set(phasePath, group);
        made.children.push(group);
        for (const pattern of phase.patterns) add(pattern, segment(pattern.name), pattern.name, group);
      }
      break;
    case "degrade":
      for (const { node: level } of node.levels) add(level, segment(level.name), level.name);
      break;
    case "agent":
    case "approval":
    case "delay":
    case "delegate":
      break;
  }
  return made;
}

function below(path: string, segment: string): string {
  return path === "" ? segment : `${path}/${segment}`;
}

const ASCII_MAX = 0x7f;

/** A name as it stands in the paths of events. */
function segment(name: string): string {
  if (name === "undo") return "%75ndo";
  return name.replace(/[%/[\]!\p{Cc}]/gu, percentEncoded);
}

function percentEncoded(character: string): string {
  const code = character.charCodeAt(0);
  return code > ASCII_MAX ? character : `%${code.toString(16).padStart(2, "0")}`;
}
