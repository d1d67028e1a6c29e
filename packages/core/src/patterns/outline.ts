/** What is known of a pattern whose steps are not in memory, so that asking for it does not bring them there. */
import type { AgentNode } from "../delegation/agent.ts";
import type { PatternNode } from "../delegation/pattern.ts";

export interface Outline {
  readonly agents: readonly AgentNode[];
  /** The grants without which it can't run. */
  readonly requires: readonly string[];
  readonly hasSlowdown: boolean;
}

const outlines = new WeakMap<PatternNode, Outline>();

export function outlineOf(pattern: PatternNode): Outline | undefined {
  return outlines.get(pattern);
}

export function setOutline(pattern: PatternNode, outline: Outline): void {
  outlines.set(pattern, outline);
}
