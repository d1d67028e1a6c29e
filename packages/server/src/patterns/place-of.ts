/** A pattern's tree with the paths that its steps have in events. */
import { childrenOf, type AgentNode, type PatternNode } from "@reeve/core";
import type { PlaceView } from "../contract/pattern.ts";
import { labelOf } from "./label-of.ts";

/** What is met on the way through a tree. */
export interface Met {
  readonly agents: AgentNode[];
  /** Templates of the paths of approvals that who started a run must not answer. */
  readonly notByStarter: string[];
}

/** @param path of the node; where it stands for any item, with `[*]` */
export function placeOf(node: PatternNode, path: string, label: string, met: Met): PlaceView {
  // A renamed step has the path of the `step` and is shown as what it runs.
  if (node.kind === "step") return placeOf(node.step, path, label, met);
  if (node.kind === "agent") met.agents.push(node);
  if (node.kind === "approval" && node.notBy === "starter") met.notByStarter.push(path);
  const agent = node.kind === "agent" ? node.name : null;
  return { path, label, kind: node.kind, agent, ...traitsOf(node), children: below(node, path, met) };
}

type Traits = Pick<PlaceView, "needs" | "batch" | "iterationsMax" | "delayMs" | "tolerant">;

const PLAIN: Traits = { needs: [], batch: 1, iterationsMax: null, delayMs: null, tolerant: false };

function traitsOf(node: PatternNode): Traits {
  if (node.kind === "for-each")
    return { ...PLAIN, batch: node.batch ?? 1, tolerant: node.tolerate !== undefined };
  if (node.kind === "parallel") return { ...PLAIN, tolerant: node.tolerate !== undefined };
  if (node.kind === "delay") return { ...PLAIN, delayMs: node.ms };
  return node.kind === "repeat" ? { ...PLAIN, iterationsMax: node.max } : PLAIN;
}

function below(node: PatternNode, path: string, met: Met): readonly PlaceView[] {
  const placed = childrenOf(node, path).map(({ node: child, template }) => {
    const label = template.endsWith("[*]") ? child.name : labelOf(template);
    return placeOf(child, template, label, met);
  });
  if (node.kind === "parallel")
    return placed.map((place) => ({ ...place, needs: node.needs[place.label] ?? [] }));
  if (node.kind !== "meta") return placed;
  const left = placed.values();
  return node.phases.map(({ name, patterns }) => {
    const children = left.take(patterns.length).toArray();
    const first = children[0]?.path ?? "";
    const at = first.slice(0, Math.max(0, first.lastIndexOf("/")));
    return { path: at, label: name, kind: "phase", agent: null, ...PLAIN, children };
  });
}
