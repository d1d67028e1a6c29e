/**
 * The main path: `createRuntime` wires an engine to the interpreter and hands out runs. Only wiring: what a pattern
 * means is execution's, what is durable is the engine's.
 */
import { releaseAgents, useAgents } from "./agent-use.ts";
import type { AgentNode } from "./delegation/agent.ts";
import type { Engine } from "./engine/engine.ts";
import { phaseDurations } from "./execution/phase-durations.ts";
import { Breakers } from "./execution/breaker/breakers.ts";
import { makeWalkHost } from "./execution/make-walk-host.ts";
import { delegatedTasks } from "./patterns/delegated.ts";
import { hasSlowdown } from "./patterns/slowdown.ts";
import { agentsOf, usableGrants } from "./patterns/tree.ts";
import { Chooser } from "./runtime/chooser.ts";
import { Delegator } from "./runtime/delegator.ts";
import { makeHost } from "./runtime/make-host.ts";
import { Profiles } from "./runtime/profiles.ts";
import { Registrations } from "./runtime/registrations.ts";
import { Scheduler } from "./runtime/scheduler.ts";
import { Starter } from "./runtime/starter.ts";
import { openTelemetry } from "./runtime/telemetry.ts";
import { settingsDigest } from "./runtime/effective-settings.ts";
import { readStored } from "./runtime/stored-patterns.ts";
import { resolveSettings, type RuntimeOptions, type Settings } from "./runtime/settings.ts";
import { Registry } from "./selection/registry.ts";
import { LocalRuntime } from "./runtime/local-runtime.ts";
import type { Runtime } from "./runtime/surface.ts";

export type { Pausable, Paused, ScheduleOptions, ScheduleView } from "./runtime/operations.ts";
export type { CallerOptions } from "./runtime/caller-within.ts";
export type { ChoicePreview, PreviewedCandidate } from "./runtime/choice-preview.ts";
export type { DelegateTaskOptions } from "./runtime/delegator.ts";
export type { RuntimeOptions } from "./runtime/settings.ts";
export type { Runtime, RuntimeOfCaller, StartOptions } from "./runtime/surface.ts";

/**
 * Opens the engine and resumes what is unfinished.
 * @throws ReeveError `option-invalid`, `pattern-invalid`, `pattern-duplicate`, `stored-patterns-invalid`, and what
 * opening the engine throws; then the engine is closed.
 */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const settings = resolveSettings(options);
  const registry = new Registry();
  for (const pattern of Object.values(delegatedTasks)) registry.keep(pattern);
  const patterns = [...options.patterns, ...readStored(options.stored)];
  for (const pattern of patterns) {
    registry.register(pattern);
    settings.widenGrants(usableGrants(pattern));
  }
  const agents = new Set(patterns.flatMap((pattern) => agentsOf(pattern)));
  const { engine } = options;
  const starter = new Starter(engine, settings);
  const scheduler = new Scheduler({ engine, registry, starter, settings });
  const profiles = new Profiles(engine, settings);
  const breakers = new Breakers({ engine, ofRuntime: settings.breaker, report: settings.report });
  const chooser = new Chooser({ engine, registry, settings, profiles, breakers });
  const delegator = new Delegator({ engine, registry, settings, starter, chooser });
  const walkHost = makeWalkHost(engine, settings, {
    breakers,
    choose: (context, explore) => chooser.chosen(context, explore),
    chooseAgain: (context, failed, explore) => chooser.chosenAgain(context, failed, explore),
    knownPoor: (pattern, context) => chooser.knownPoor(pattern, context),
    timeoutMsIn: (domain) => profiles.choosing.settingsIn(domain).timeoutMs,
    startDetached: (parent, path, start) =>
      starter.startDetached(registry.named(start.pattern), parent, path, start),
  });
  const host = makeHost(registry, walkHost, settings);
  await engine.open({ ...host, controlsChanged: () => scheduler.look() });
  useAgents(agents);
  let telemetry: Awaited<ReturnType<typeof openTelemetry>>;
  try {
    // What is learned must not depend on who asks when, and is lost once events are trimmed. A guest only reads.
    if (engine.role === "owner") await chooser.follow();
    // A guest walks nothing, so nobody asks it how long phases usually take.
    const measures = engine.role === "owner" && patterns.some((pattern) => hasSlowdown(pattern));
    if (measures) walkHost.durations = await engine.fold(phaseDurations);
    await breakers.guard([...agents]);
    await engine.resume();
    breakers.open();
    scheduler.look();
    // Last, as nothing after it can fail: the sampler that it starts is closed by the runtime only.
    telemetry = await openTelemetry(engine, settings, chooser, () => settingsDigest(options));
  } catch (error) {
    breakers.close();
    await giveUp(engine, agents, settings);
    throw error;
  }
  const registrations = new Registrations({ engine, registry, walkHost, breakers, settings, agents });
  const root = settings.caller;
  const own = { engine, registry, agents, settings, starter, scheduler, registrations, root };
  const parts = { ...own, profiles, chooser, delegator, breakers };
  return new LocalRuntime({ ...parts, ...telemetry });
}

/** Frees what a runtime that can't start holds: the file and its lock, threads. */
async function giveUp(engine: Engine, agents: ReadonlySet<AgentNode>, settings: Settings): Promise<void> {
  const freed = await Promise.allSettled([engine.close({ drainMs: 0 }), releaseAgents(agents)]);
  for (const one of freed) {
    // What kept the runtime from starting is thrown; this came of it.
    if (one.status === "rejected") settings.report({ what: "closing failed", error: one.reason });
  }
}
