/** Which shape of a pattern a run was started with, so that a run never goes on in a pattern it does not fit. */
import { createHash } from "node:crypto";
import type { Pattern, PatternNode } from "../delegation/pattern.ts";

const DIGITS = 12;

// Patterns are frozen; shared branches are hashed once, not once for each of their places.
const known = new WeakMap<PatternNode, string>();

/**
 * The pattern's `version`, else 12 hexadecimal digits over what decides the paths of its steps and their order: kinds,
 * names, order, edges, and how many items a batch holds. Callbacks, limits and retries can change without a new version.
 */
export function patternVersion(pattern: Pattern): string {
  return pattern.version ?? fingerprint(pattern).slice(0, DIGITS);
}

/** Of a step that is no pattern, as many digits. */
export function shapeOf(node: PatternNode): string {
  return fingerprint(node).slice(0, DIGITS);
}

function fingerprint(node: PatternNode): string {
  const remembered = known.get(node);
  if (remembered !== undefined) return remembered;
  const made = createHash("sha256")
    .update(JSON.stringify([node.kind, node.name, ...shape(node)]))
    .digest("hex");
  known.set(node, made);
  return made;
}

/** What the node adds to its kind and name. */
function shape(node: PatternNode): readonly unknown[] {
  switch (node.kind) {
    case "agent":
    case "approval":
    case "delay":
    case "delegate":
      return [];
    case "sequential":
      return node.steps.map(fingerprint);
    case "parallel":
      return Object.entries(node.tasks).map(([key, task]) => [
        key,
        fingerprint(task),
        [...(node.needs[key] ?? [])].toSorted(),
      ]);
    case "for-each":
      return [node.batch ?? "single", fingerprint(node.step)];
    case "meta":
      return node.phases.map((phase) => [phase.name, phase.coordination, ...phase.patterns.map(fingerprint)]);
    case "degrade":
      return node.levels.map((level) => fingerprint(level.node));
    case "step":
    case "repeat":
      return [fingerprint(node.step)];
    case "when":
      return [fingerprint(node.then)];
  }
}
