/**
 * What speaks against a level of a degradation chain. Policy first: what is not allowed, paused, needs an agent whose
 * breaker is open or has no room is passed over whatever was learned of it. A pure function of what it is told.
 */
import { missingGrants } from "../delegation/authority.ts";
import type { Context } from "../delegation/context.ts";
import type { LevelNode } from "../delegation/pattern.ts";
import { breakerText, type OpenBreaker } from "../delegation/breaker.ts";
import type { ControlState } from "../delegation/controls.ts";
import { blockingAgent } from "../patterns/blocking-agent.ts";
import { unwrap } from "../patterns/level.ts";
import { agentsOf } from "../patterns/tree.ts";
import { fits } from "../resources/fits.ts";
import type { ResourceUse } from "../resources/resources.ts";

/** A pattern that is known to be poor: even the upper 95 % bound of its confidence is below the threshold. */
export interface KnownPoor {
  readonly high: number;
  readonly threshold: number;
}

export interface LevelWorld {
  controls(): ControlState;
  /** The breaker that lets no attempt of the agent begin now. */
  shut(agent: string): OpenBreaker | undefined;
  /** How busy the machine is; asked for only where a level has limits. */
  use(): ResourceUse;
  /** Undefined where the pattern is not known to be poor in the context. */
  knownPoor(pattern: string, context: Context): KnownPoor | undefined;
}

/** One sentence that begins with the kind of reason; undefined where nothing speaks against the level. */
export function objectionTo(level: LevelNode, context: Context, world: LevelWorld): string | undefined {
  return (
    grantsObjection(level, context) ??
    pausedObjection(level, world.controls()) ??
    breakerObjection(level, world) ??
    resourcesObjection(level, world) ??
    confidenceObjection(level, context, world)
  );
}

function grantsObjection(level: LevelNode, context: Context): string | undefined {
  const missing = missingGrants(context.grants, level.requires);
  if (missing.length === 0) return undefined;
  return `grants: the context does not hold ${missing.map((grant) => `'${grant}'`).join(", ")}`;
}

function pausedObjection({ node }: LevelNode, { patterns, agents }: ControlState): string | undefined {
  const { name } = unwrap(node);
  if (patterns.has(name)) return `paused: pattern '${name}' is paused`;
  if (agents.size === 0) return undefined;
  const paused = agentsOf(node).find((agent) => agents.has(agent.name));
  return paused && `paused: agent '${paused.name}' is paused`;
}

function breakerObjection({ node }: LevelNode, world: LevelWorld): string | undefined {
  if (world.controls().breakers.size === 0) return undefined;
  const agent = blockingAgent(node, (name) => world.shut(name) !== undefined);
  if (agent === undefined) return undefined;
  const breaker = world.shut(agent);
  return breaker && `breaker: ${breakerText(agent, breaker)}`;
}

function resourcesObjection({ resources }: LevelNode, world: LevelWorld): string | undefined {
  if (!resources) return undefined;
  const use = world.use();
  if (fits(use, resources)) return undefined;
  const { cpu, memory } = resources;
  return cpu !== undefined && use.cpu > cpu
    ? `resources: ${percent(use.cpu)} of the processor time is in use, at most ${percent(cpu)} may be`
    : `resources: ${percent(use.memory)} of the memory is in use, at most ${percent(memory ?? 1)} may be`;
}

function confidenceObjection(level: LevelNode, context: Context, world: LevelWorld): string | undefined {
  const poor = world.knownPoor(level.learnedAs, context);
  if (!poor) return undefined;
  return `confidence: it succeeds in at most ${percent(poor.high)} here, less than ${percent(poor.threshold)}`;
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}
