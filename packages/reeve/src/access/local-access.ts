/** Access to a runtime of this process. */
import {
  contextPreservation,
  contextsOf,
  followAlerts,
  logOwner,
  patternsBelow,
  surveyPatterns,
  type RunRecord,
  type Runtime,
} from "@reeve/core";
import type { BoardReader } from "@reeve/server";
import { fileOf } from "../config/open-runtime.ts";
import { agentsIn, outlineOf } from "../progress/outline.ts";
import { planOf } from "../progress/plan.ts";
import { jsonText } from "../output/json-text.ts";
import { cutText } from "./cut-text.ts";
import { LATELY_MS, type Believed, type RuntimeAccess, type ValueOf } from "./runtime-access.ts";

/** Closing it closes the runtime. */
export function localAccess(runtime: Runtime): RuntimeAccess {
  const close = (): Promise<void> => runtime.close();
  return {
    role: runtime.engine.role,
    start: (pattern, input, options) => runtime.start(pattern, input, options),
    delegate: (context, input, options) => runtime.delegate(context, input, options),
    choose: (context) => runtime.choose(context),
    run: (id) => runtime.run(id),
    runs: (query) => runtime.runs(query),
    pause: (what, reason) => runtime.pause(what, reason),
    resume: (what) => runtime.resume(what),
    paused: async () => runtime.paused(),
    breakers: async () => runtime.breakers(),
    schedule: (name, options) => runtime.schedule(name, options),
    unschedule: (name) => runtime.unschedule(name),
    schedules: async () => runtime.schedules(),
    outline: async (name) => {
      const pattern = runtime.patterns.findLast((each) => each.name === name);
      return pattern && outlineOf(pattern);
    },
    names: async (of) =>
      runtime.patterns.flatMap((pattern) => (of === "patterns" ? pattern.name : agentsIn(planOf(pattern)))),
    registry: async (name) => {
      const all = runtime.patterns;
      const asked = name === undefined ? all : patternsBelow(all, name);
      return { patterns: surveyPatterns(asked, all), names: all.map((each) => each.name) };
    },
    confidence: () => believedBy(runtime),
    contexts: async () => contextsOf((await runtime.engine.fold(contextPreservation)).state()),
    agents: async () => {
      const board = await boardOf(runtime);
      return board.agents().map((agent) => ({ ...agent, lately: board.lately(agent.name, LATELY_MS) }));
    },
    queues: async () => (await boardOf(runtime)).queues(),
    acts: async () => (await boardOf(runtime)).acts(),
    bulk: async (asked) => (await import("@reeve/server")).actInBulk(runtime, asked),
    health: async () => {
      const file = fileOf(runtime.engine);
      const isOwned = file === undefined || logOwner(file) !== undefined;
      // Loaded by those who ask only: most of what it brings is for serving.
      const { openHealth } = await import("@reeve/server");
      const reader = await openHealth(runtime, isOwned ? {} : { state: "reading" });
      return reader.health();
    },
    alerts: async () => {
      const reader = await followAlerts(runtime.engine, runtime.alertRules);
      const now = runtime.engine.clock.now();
      return { ...reader.report(), silences: runtime.silences(), history: reader.history(), now };
    },
    silence: (alert, options) => runtime.silence(alert, options),
    unsilence: (id) => runtime.unsilence(id),
    silences: async () => runtime.silences(),
    valueText: async (run, of) => {
      const value = await valueOf(runtime, run, of);
      return value === undefined ? undefined : cutText(jsonText(value, 2));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Loaded by those who ask only: most of what it brings is for serving. */
async function boardOf(runtime: Runtime): Promise<BoardReader> {
  const { openBoard } = await import("@reeve/server");
  return openBoard(runtime);
}

async function valueOf(
  { engine }: Runtime,
  { id, input, outcome }: RunRecord,
  of: ValueOf,
): Promise<unknown> {
  if (of === "output") {
    const ended = outcome === "completed" ? await engine.outcome(id, { redacted: true }) : undefined;
    return ended?.status === "completed" ? ended.output : undefined;
  }
  const payload = of === "input" ? input : of.payload;
  return payload === undefined ? undefined : engine.read({ of: "payload", id: payload }, { redacted: true });
}

async function believedBy(runtime: Runtime): Promise<Believed[]> {
  const reader = await runtime.confidence();
  return reader
    .patterns()
    .toSorted()
    .flatMap((pattern) =>
      reader
        .domains(pattern)
        .toSorted()
        .map((domain) => ({ pattern, domain, posterior: reader.posterior(pattern, domain) })),
    );
}
