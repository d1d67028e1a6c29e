/** A pattern's tree with the paths that its steps have in events. */
import type { AgentNode, PatternNode } from "@reeve/core";
import type { PlaceView } from "../contract/pattern.ts";

/** What is met on the way through a tree. */
export interface Placed {
  readonly agents: AgentNode[];
  /** Templates of the paths of approvals that who started a run must not answer. */
  readonly notByStarter: string[];
}

/** @param path of the node; where it stands for any item, with `[*]` */
export function placeOf(node: PatternNode, path: string, label: string, placed: Placed): PlaceView {
  // A renamed step has the path of the `step` and is shown as what it runs.
  if (node.kind === "step") return placeOf(node.step, path, label, placed);
  if (node.kind === "agent") placed.agents.push(node);
  if (node.kind === "approval" && node.notBy === "starter") placed.notByStarter.push(path);
  const agent = node.kind === "agent" ? node.name : null;
  return { path, label, kind: node.kind, agent, needs: [], children: childrenOf(node, path, placed) };
}

function childrenOf(node: PatternNode, path: string, placed: Placed): readonly PlaceView[] {
  const named = (child: PatternNode, above: string = path): PlaceView =>
    placeOf(child, below(above, segment(child.name)), child.name, placed);
  switch (node.kind) {
    case "sequential":
      return node.steps.map((step) => named(step));
    case "parallel":
      return Object.entries(node.tasks).map(([name, task]) => ({
        ...placeOf(task, below(path, segment(name)), name, placed),
        needs: node.needs[name] ?? [],
      }));
    case "for-each":
    case "repeat":
      return [placeOf(node.step, below(path, "[*]"), node.step.name, placed)];
    case "when":
      return [named(node.then)];
    case "meta":
      return node.phases.map((phase) => {
        const at = below(path, segment(phase.name));
        const children = phase.patterns.map((pattern) => named(pattern, at));
        return { path: at, label: phase.name, kind: "phase", agent: null, needs: [], children };
      });
    default:
      return [];
  }
}

function below(path: string, segment: string): string {
  return path === "" ? segment : `${path}/${segment}`;
}

const ASCII_MAX = 0x7f;

/** A name as it stands in the paths of events. */
function segment(name: string): string {
  if (name === "undo") return "%75ndo";
  return name.replace(/[%/[\]!\p{Cc}]/gu, (character) => {
    const code = character.charCodeAt(0);
    return code > ASCII_MAX ? character : `%${code.toString(16).padStart(2, "0")}`;
  });
}
