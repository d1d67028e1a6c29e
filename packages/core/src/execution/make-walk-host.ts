/** What walks need of this process: attempts made here, callbacks asked here. */
import type { Context } from "../delegation/context.ts";
import type { AgentNode } from "../delegation/agent.ts";
import type { FoldReader } from "../delegation/fold.ts";
import type { Engine, Gate, RunRecord } from "../engine/engine.ts";
import type { Random } from "../random.ts";
import { askAgainMs, fits } from "../resources/fits.ts";
import type { Resources } from "../resources/resources.ts";
import { askUserCode } from "./ask-user-code.ts";
import { attemptCommand } from "./attempt.ts";
import type { Breakers } from "./breaker/breakers.ts";
import { objectionTo, type KnownPoor } from "./level-objection.ts";
import { planAgain, planChild, type Chosen } from "./plan-child.ts";
import { usualDurationMs, type PhaseDurations } from "./phase-durations.ts";
import { slots } from "./slots.ts";
import type { StartDetached, WalkHost } from "./walk/walk-host.ts";

export interface WalkSettings {
  readonly random: Random;
  readonly graceMs: number;
  readonly recoveriesMax: number;
  /** What runs may do at most. */
  readonly caller: { readonly grants: readonly string[] };
  /** Whether those that a run calls are to keep their spans. */
  readonly tracing: { isSampled(run: RunRecord): boolean };
  /** How busy the machine is; asked for only where a pattern has limits. */
  resources(): Resources;
}

/** What walks need of the runtime around them. */
export interface World {
  /** Rejects with a ReeveError: `pattern-not-found`, `permission-denied`, `confidence-too-low`, `resources-exhausted`. */
  choose(context: Context, explore: boolean | undefined): Promise<Chosen>;
  /** What to try after these patterns have failed, in this order; undefined where nothing is left. */
  chooseAgain(context: Context, failed: readonly string[], explore: boolean | undefined): Chosen | undefined;
  /** Limit per attempt of agents that set none; undefined: none. */
  timeoutMsIn(domain: string): number | undefined;
  readonly startDetached: StartDetached;
  readonly breakers: Breakers;
  /** Undefined where the pattern is not known to be poor in the context. */
  knownPoor(pattern: string, context: Context): KnownPoor | undefined;
}

export interface LocalWalkHost extends WalkHost {
  /** Followed only where a phase is measured against it. */
  durations: FoldReader<PhaseDurations> | undefined;
}

/** Wires walks to a clock, to chance, and to one set of concurrency slots per agent. */
export function makeWalkHost(engine: Engine, settings: WalkSettings, world: World): LocalWalkHost {
  const gates = new Map<AgentNode, Gate>();
  const gateOf = (node: AgentNode): Gate | undefined => {
    if (node.concurrency === undefined) return undefined;
    let gate = gates.get(node);
    if (!gate) gates.set(node, (gate = slots(node.concurrency)));
    return gate;
  };
  const attemptSettings = {
    clock: engine.clock,
    random: settings.random,
    graceMs: settings.graceMs,
    gateOf: (node: AgentNode) => world.breakers.passage(node, gateOf(node)),
    guards: (node: AgentNode) => world.breakers.guards(node),
    timeoutMsIn: world.timeoutMsIn,
    startDetached: world.startDetached,
    isSampled: (run: RunRecord) => settings.tracing.isSampled(run),
    grants: () => settings.caller.grants,
  };
  const host: LocalWalkHost = {
    durations: undefined,
    recoveriesMax: settings.recoveriesMax,
    attempt: (request) => attemptCommand(request, attemptSettings),
    ask: askUserCode,
    planChild: (parent, node, input, ctx, preserved) =>
      planChild(parent, node, input, ctx, preserved, world.choose, () => engine.clock.now()),
    planAgain: ({ explore }, input, failures) =>
      planAgain(
        input,
        failures,
        (context, failed) => world.chooseAgain(context, failed, explore),
        () => engine.clock.now(),
      ),
    objectionTo: (level, context) =>
      objectionTo(level, context, {
        controls: () => engine.controls(),
        shut: (agent) => world.breakers.shut(agent),
        use: () => settings.resources().now(),
        knownPoor: (pattern, context) => world.knownPoor(pattern, context),
      }),
    hasRoom: (limits) => fits(settings.resources().now(), limits),
    askAgainMs,
    usualPhaseMs: (pattern, phase) => {
      const durations = host.durations?.state();
      return durations && usualDurationMs(durations, pattern, phase);
    },
  };
  return host;
}
