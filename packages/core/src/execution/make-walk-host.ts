/** What walks need of this process: attempts made here, callbacks asked here. */
import type { AgentNode } from "../delegation/agent.ts";
import type { Engine, FoldReader, Gate } from "../engine/engine.ts";
import type { Random } from "../random.ts";
import { askUserCode } from "./ask-user-code.ts";
import { attemptCommand } from "./attempt.ts";
import { usualDurationMs, type PhaseDurations } from "./phase-durations.ts";
import { slots } from "./slots.ts";
import type { WalkHost } from "./walk/walk-host.ts";

export interface WalkSettings {
  readonly random: Random;
  readonly graceMs: number;
  readonly recoveriesMax: number;
}

export interface LocalWalkHost extends WalkHost {
  /** Followed only where a phase is measured against it. */
  durations: FoldReader<PhaseDurations> | undefined;
}

/** Wires walks to a clock, to chance, and to one set of concurrency slots per agent. */
export function makeWalkHost(engine: Engine, settings: WalkSettings): LocalWalkHost {
  const gates = new Map<AgentNode, Gate>();
  const gateOf = (node: AgentNode): Gate | undefined => {
    if (node.concurrency === undefined) return undefined;
    let gate = gates.get(node);
    if (!gate) gates.set(node, (gate = slots(node.concurrency)));
    return gate;
  };
  const attemptSettings = { clock: engine.clock, random: settings.random, graceMs: settings.graceMs, gateOf };
  const host: LocalWalkHost = {
    durations: undefined,
    recoveriesMax: settings.recoveriesMax,
    attempt: (request) => attemptCommand(request, attemptSettings),
    ask: askUserCode,
    usualPhaseMs: (pattern, phase) => {
      const durations = host.durations?.state();
      return durations && usualDurationMs(durations, pattern, phase);
    },
  };
  return host;
}
