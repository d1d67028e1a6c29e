/** Whether the durations of phases have to be followed. */
import type { PatternNode } from "../delegation/pattern.ts";
import { outlineOf } from "./outline.ts";
import { childrenOf } from "./tree.ts";

/** Whether a phase anywhere in the pattern is measured against its own past. */
export function hasSlowdown(node: PatternNode): boolean {
  const outline = outlineOf(node);
  if (outline) return outline.hasSlowdown;
  if (node.kind === "meta" && node.phases.some((phase) => phase.slowdownMax !== undefined)) return true;
  return childrenOf(node, "").some((child) => hasSlowdown(child.node));
}
