/**
 * Patterns as trees, seen without running them: which steps they have and at which paths. The paths are those the
 * interpreter gives the steps; where a `forEach` has one path per item, and a
 * `repeat` one per iteration, a template has `[*]`.
 */
import type { AgentNode } from "../delegation/agent.ts";
import { join, segment, type Path } from "../delegation/path.ts";
import type { ApprovalNode, DelayNode, DelegateNode, PatternNode } from "../delegation/pattern.ts";
import { outlineOf } from "./outline.ts";

/** A node and the template of its paths. */
export interface Placed<Node extends PatternNode = PatternNode> {
  readonly template: Path;
  readonly node: Node;
}

/** A step that has no steps of its own. */
export type LeafNode = AgentNode | ApprovalNode | DelayNode | DelegateNode;

/** Stands in a template for the segment of any item or iteration. */
export const ANY_ITEM = "[*]";
const ITEM = /^\[\d+\]$/;

/** The nodes directly below `node`, which is at `path`, in the order they were declared. */
export function childrenOf(node: PatternNode, path: Path): readonly Placed[] {
  switch (node.kind) {
    case "agent":
    case "approval":
    case "delay":
    case "delegate":
      return [];
    case "sequential":
      return node.steps.map((step) => ({ template: join(path, segment(step.name)), node: step }));
    case "parallel":
      return Object.entries(node.tasks).map(([key, task]) => ({
        template: join(path, segment(key)),
        node: task,
      }));
    case "for-each":
    case "repeat":
      return [{ template: join(path, ANY_ITEM), node: node.step }];
    case "meta":
      return node.phases.flatMap((phase) => {
        const phasePath = join(path, segment(phase.name));
        return phase.patterns.map((it) => ({ template: join(phasePath, segment(it.name)), node: it }));
      });
    case "degrade":
      return node.levels.map(({ node: level }) => ({
        template: join(path, segment(level.name)),
        node: level,
      }));
    case "step":
      // The name of the `step` is already in the path; that of what it runs is not.
      return [{ template: path, node: node.step }];
    case "when":
      return [{ template: join(path, segment(node.then.name)), node: node.then }];
  }
}

/** Every step that has no steps of its own, in declared order. */
export function leaves(pattern: PatternNode): Placed<LeafNode>[] {
  const found: Placed<LeafNode>[] = [];
  visit({ template: "", node: pattern }, ({ template, node }) => {
    if (isLeaf(node)) found.push({ template, node });
  });
  return found;
}

/** Every approval, in declared order. */
export function approvals(pattern: PatternNode): Placed<ApprovalNode>[] {
  return leaves(pattern).flatMap(({ template, node }) =>
    node.kind === "approval" ? [{ template, node }] : [],
  );
}

/** Every agent that a step of the pattern calls, each once. */
export function agentsOf(pattern: PatternNode): AgentNode[] {
  const outline = outlineOf(pattern);
  if (outline) return [...outline.agents];
  const agents = leaves(pattern).flatMap(({ node }) => (node.kind === "agent" ? [node] : []));
  return [...new Set(agents)];
}

/** The grants that any of the pattern's agents requires, sorted, each once. */
export function usableGrants(pattern: PatternNode): string[] {
  return [...new Set(agentsOf(pattern).flatMap((agent) => agent.requires))].toSorted();
}

/** The grants without which the pattern can't run: of a degradation chain, those of its minimal level. */
export function requiredGrants(pattern: PatternNode): string[] {
  const found = new Set<string>();
  collectRequired(pattern, found);
  return [...found].toSorted();
}

function collectRequired(node: PatternNode, found: Set<string>): void {
  const requires =
    outlineOf(node)?.requires ??
    (node.kind === "agent"
      ? node.requires
      : node.kind === "degrade"
        ? node.levels.at(-1)?.requires
        : undefined);
  if (requires) for (const grant of requires) found.add(grant);
  else for (const child of childrenOf(node, "")) collectRequired(child.node, found);
}

/** Whether a step at `path` can be one that `template` stands for. */
export function matchesTemplate(template: Path, path: Path): boolean {
  const wanted = template.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return false;
  return wanted.every((part, index) => {
    const actual = given[index] ?? "";
    return part === ANY_ITEM ? ITEM.test(actual) : part === actual;
  });
}

function isLeaf(node: PatternNode): node is LeafNode {
  return (
    node.kind === "agent" || node.kind === "approval" || node.kind === "delay" || node.kind === "delegate"
  );
}

function visit(placed: Placed, see: (placed: Placed) => void): void {
  see(placed);
  for (const child of childrenOf(placed.node, placed.template)) visit(child, see);
}
