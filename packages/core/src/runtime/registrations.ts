/**
 * Registers, replaces and removes patterns while the runtime runs. Whatever becomes of a pattern, the runs that have
 * begun with it go on in it as long as the runtime is open (E10).
 */
import { useAgents } from "../agent-use.ts";
import type { AgentNode } from "../delegation/agent.ts";
import type { Pattern } from "../delegation/pattern.ts";
import type { Engine } from "../engine/engine.ts";
import type { Breakers } from "../execution/breaker/breakers.ts";
import type { LocalWalkHost } from "../execution/make-walk-host.ts";
import { phaseDurations } from "../execution/phase-durations.ts";
import { adviceOn, type Advice } from "../patterns/advice.ts";
import { hasSlowdown } from "../patterns/slowdown.ts";
import { agentsOf, usableGrants } from "../patterns/tree.ts";
import type { Registered, Registry } from "../selection/registry.ts";
import { checkPattern } from "./check-patterns.ts";
import type { Settings } from "./settings.ts";

export interface RegistrationsHost {
  readonly engine: Engine;
  readonly registry: Registry;
  readonly walkHost: LocalWalkHost;
  readonly breakers: Breakers;
  readonly settings: Settings;
  /** Those this runtime uses, and releases when it closes. */
  readonly agents: Set<AgentNode>;
}

export class Registrations {
  readonly #host: RegistrationsHost;

  constructor(host: RegistrationsHost) {
    this.#host = host;
  }

  async register(pattern: Pattern): Promise<readonly Advice[]> {
    checkPattern("register: the pattern", pattern);
    return this.#add(pattern, (registry) => registry.register(pattern));
  }

  async replace(pattern: Pattern): Promise<readonly Advice[]> {
    checkPattern("replace: the pattern", pattern);
    return this.#add(pattern, (registry) => registry.replace(pattern));
  }

  async unregister(pattern: Pattern | string): Promise<void> {
    const { engine, registry } = this.#host;
    if (typeof pattern !== "string") checkPattern("unregister: the pattern", pattern);
    registry.remove(pattern);
    // Its limits may be those of another version now.
    await engine.patternChanged(typeof pattern === "string" ? pattern : pattern.name);
  }

  async #add(pattern: Pattern, add: (registry: Registry) => Registered): Promise<readonly Advice[]> {
    const { engine, registry, walkHost, breakers, settings, agents } = this.#host;
    // A guest walks nothing, so nobody asks it how long phases usually take.
    if (engine.role === "owner" && hasSlowdown(pattern))
      walkHost.durations ??= await engine.fold(phaseDurations);
    await breakers.guard(agentsOf(pattern));
    add(registry);
    settings.widenGrants(usableGrants(pattern));
    const added = agentsOf(pattern).filter((agent) => !agents.has(agent));
    useAgents(added);
    for (const agent of added) agents.add(agent);
    await engine.patternChanged(pattern.name);
    return adviceOn(pattern);
  }
}
