/** A run's events, grouped by step: what the checks ask about. */
import type { AgentNode } from "../delegation/agent.ts";
import type { Event } from "../delegation/event.ts";
import { isUndo, undoPath, type Path } from "../delegation/path.ts";
import { leaves, type Placed } from "../patterns/tree.ts";
import type { Simulated } from "./simulate.ts";

type EventOf<Kind extends Event["kind"]> = Extract<Event, { readonly kind: Kind }>;

/** Everything about the attempts at one path, which is a step's or an undo's. */
export interface StepHistory {
  readonly path: Path;
  /** That of the step, also for its undo. */
  readonly agent: AgentNode;
  readonly started: EventOf<"attempt-started">[];
  readonly failed: EventOf<"attempt-failed">[];
  readonly lost: EventOf<"attempt-lost">[];
  completed: EventOf<"step-completed"> | undefined;
}

export function stepHistories(simulated: Simulated): ReadonlyMap<Path, StepHistory> {
  const agents = leaves(simulated.program.shape);
  const histories = new Map<Path, StepHistory>();
  for (const event of simulated.events) {
    switch (event.kind) {
      case "attempt-started":
        historyAt(histories, agents, event.path).started.push(event);
        break;
      case "attempt-failed":
        historyAt(histories, agents, event.path).failed.push(event);
        break;
      case "attempt-lost":
        historyAt(histories, agents, event.path).lost.push(event);
        break;
      case "step-completed":
        historyAt(histories, agents, event.path).completed = event;
        break;
      default:
    }
  }
  return histories;
}

/** The steps themselves, without their undos. */
export function stepsOf(histories: ReadonlyMap<Path, StepHistory>): readonly StepHistory[] {
  return [...histories.values()].filter((history) => !isUndo(history.path));
}

/** The undo of a step, if there was one. */
export function undoOf(histories: ReadonlyMap<Path, StepHistory>, path: Path): StepHistory | undefined {
  return histories.get(undoPath(path));
}

/** Whether the step began and did not complete. */
export function failedForGood(history: StepHistory): boolean {
  return history.completed === undefined;
}

/** Whether an attempt may have had its effect and left no accepted result. */
export function hasUnsureAttempt(history: StepHistory): boolean {
  return history.lost.length > 0 || history.failed.some((event) => event.unsure);
}

function historyAt(histories: Map<Path, StepHistory>, agents: readonly Placed[], path: Path): StepHistory {
  const known = histories.get(path);
  if (known) return known;
  const template = path.replace(/\/undo$/, "").replaceAll(/\[\d+\]/g, "[*]");
  const node = agents.find((it) => it.template === template)?.node;
  if (node?.kind !== "agent") throw new Error(`there is no agent at '${path}'`);
  const made: StepHistory = { path, agent: node, started: [], failed: [], lost: [], completed: undefined };
  histories.set(path, made);
  return made;
}
