/**
 * A fold: how the last attempts of each agent ended, as far as that says something of the agent. It is what breakers
 * judge by, so a breaker knows after a restart what it knew before.
 *
 * Invariants: (1) bounded: 100 attempts of each of 1,000 agents; (2) undos and what a fork took over are not counted,
 * nor failures that are not the agent's own; (3) after each change of a breaker counting begins anew.
 */
import { ATTEMPTS_KEPT } from "../../delegation/breaker.ts";
import type { Event } from "../../delegation/event.ts";
import type { Fold } from "../../delegation/fold.ts";
import { isUndo } from "../../delegation/path.ts";

const AGENTS_MAX = 1_000;
/** Durations have fractions of a millisecond, times of events have not. */
const ROUNDING_MS = 2;

/** When an attempt ended, whether it succeeded, and who asked for it. */
export type EndedAttempt = readonly [at: number, ok: boolean, principal: string];

export interface AgentAttempts {
  /** Attempts that began before are not counted: the breaker has changed since. */
  since: number;
  /** The latest last. */
  readonly ended: EndedAttempt[];
  /** The last failure: the code of its error, and its run. */
  failure: { readonly code: string; readonly run: string } | undefined;
}

export interface EndedAttempts {
  readonly agents: Map<string, AgentAttempts>;
}

type SavedAgent = readonly [string, number, AgentAttempts["ended"], AgentAttempts["failure"] | null];

export const endedAttempts: Fold<EndedAttempts> = {
  name: "ended-attempts",
  version: 1,
  kinds: ["step-completed", "attempt-failed", "breaker-changed"],
  initial: () => ({ agents: new Map() }),
  apply: (state, event) => {
    take(state.agents, event);
    return state;
  },
  save: ({ agents }): readonly SavedAgent[] =>
    Array.from(agents, ([agent, { since, ended, failure }]) => [agent, since, ended, failure ?? null]),
  revive: (saved) => {
    const agents = new Map<string, AgentAttempts>();
    if (!isSaved(saved)) throw new TypeError("the checkpoint of 'ended-attempts' is not one of its own");
    for (const [agent, since, ended, failure] of saved)
      agents.set(agent, { since, ended, failure: failure ?? undefined });
    return { agents };
  },
};

function take(agents: Map<string, AgentAttempts>, event: Event): void {
  switch (event.kind) {
    case "step-completed":
      if (!event.copied && event.agent !== "" && !isUndo(event.path)) note(agents, event, true);
      return;
    case "attempt-failed":
      if (event.agentFault && !event.copied) {
        note(agents, event, false);
        const known = agents.get(event.agent);
        if (known) known.failure = { code: event.error.code, run: event.run };
      }
      return;
    case "breaker-changed": {
      const known = knownOf(agents, event.agent);
      known.since = event.at;
      known.ended.length = 0;
      return;
    }
    default:
      return;
  }
}

function note(
  agents: Map<string, AgentAttempts>,
  event: Extract<Event, { readonly kind: "step-completed" | "attempt-failed" }>,
  ok: boolean,
): void {
  const { at, agent, durationMs, principal = "local" } = event;
  const { since, ended } = knownOf(agents, agent);
  // A wall clock that was set back stands still for a while, and tells nothing of when the attempt began.
  if (at > since && durationMs > at - since + ROUNDING_MS) return;
  ended.push([at, ok, principal]);
  if (ended.length > ATTEMPTS_KEPT) ended.shift();
}

function knownOf(agents: Map<string, AgentAttempts>, agent: string): AgentAttempts {
  let known = agents.get(agent);
  if (known) return known;
  if (agents.size >= AGENTS_MAX) {
    for (const oldest of agents.keys()) {
      agents.delete(oldest);
      break;
    }
  }
  agents.set(agent, (known = { since: 0, ended: [], failure: undefined }));
  return known;
}

/** A checkpoint is read back only where name and version are this fold's, and its checksum is right. */
function isSaved(saved: unknown): saved is readonly SavedAgent[] {
  return Array.isArray(saved);
}
