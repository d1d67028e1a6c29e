/** Access to the runtime behind a server, by its HTTP API. */
import type { ChoicePreview, DelegateTaskOptions, Matches, Paused } from "@reeve/core";
import type { Client } from "@reeve/server/client";
import type {
  ChoicePreviewView,
  ConfidenceView,
  ContextPlaceView,
  ContextsView,
  RegisteredView,
} from "@reeve/server/contract";
import { cutText, VALUE_CHARACTERS_MAX } from "./cut-text.ts";
import { jsonText } from "../output/json-text.ts";
import { agentsIn } from "../progress/outline.ts";
import { planOfTree } from "../progress/plan-of-tree.ts";
import { alertsBehind } from "./remote-alerts.ts";
import { recordOf } from "./remote-record.ts";
import { remoteRun } from "./remote-run.ts";
import {
  LATELY_MS,
  type AgentFound,
  type Believed,
  type ContextsOfPattern,
  type RegisteredPattern,
  type RuntimeAccess,
  type ValueOf,
} from "./runtime-access.ts";

const NO_CONTEXT = { attributes: {}, grants: [] };

export function remoteAccess(client: Client): RuntimeAccess {
  const close = async (): Promise<void> => {};
  return {
    role: "client",
    start: async (pattern, input, { context, ...options } = {}) => {
      const asked = { ...inputOf(input), ...whenOf(options), ...(context && { context: { ...context } }) };
      return remoteRun(client, (await client.start({ pattern, ...asked })).id);
    },
    delegate: async (context, input, { explore, ...options } = {}) => {
      const asked = { ...inputOf(input), ...whenOf(options), ...(explore !== undefined && { explore }) };
      return remoteRun(client, (await client.delegate({ context, ...asked })).id);
    },
    choose: async (context) => previewOf(await client.choose(context)),
    run: (id) => remoteRun(client, id),
    runs: async (query = {}) => {
      const { runs, next } = await client.runs({ ...query, whole: true });
      return { runs: runs.map((run) => recordOf(run, run.whole ?? NO_CONTEXT)), next: next ?? undefined };
    },
    pause: async (what, reason) => {
      const why = reason === undefined ? {} : { reason };
      if ("pattern" in what) await client.pausePattern({ name: what.pattern, ...why });
      else await client.pauseAgent({ name: what.agent, ...why });
    },
    resume: async (what) => {
      if ("pattern" in what) await client.resumePattern({ name: what.pattern });
      else await client.resumeAgent({ name: what.agent });
    },
    paused: async (): Promise<Paused> => client.paused({}),
    breakers: async () => {
      const { agents } = await client.agents({});
      return new Map(agents.flatMap(({ name, breaker }) => (breaker ? [[name, breaker]] : [])));
    },
    schedule: async (name, { input, ...options }) =>
      void (await client.setSchedule({ name, ...inputOf(input), ...options })),
    unschedule: async (name) => void (await client.removeSchedule({ name })),
    schedules: async () => {
      const { schedules } = await client.schedules({});
      return schedules.map((each) => ({ ...each, nextAt: each.nextAt ?? undefined }));
    },
    outline: async (name) => {
      const found = await client.pattern({ name }).catch(undefinedIf("pattern-not-found"));
      if (!found) return undefined;
      const plan = planOfTree(found.tree);
      return { plan, agents: agentsIn(plan), limits: found.limits };
    },
    names: async (of) => {
      const named =
        of === "patterns" ? (await client.patterns({})).patterns : (await client.agents({})).agents;
      return named.map(({ name }) => name);
    },
    registry: async (name) => {
      const { patterns, names } = await client.registry(name === undefined ? {} : { name });
      return { patterns: patterns.map(registeredOf), names };
    },
    confidence: async () => (await client.confidence({})).confidence.map(believedOf),
    contexts: async () => (await client.contexts({})).contexts.map(contextsOf),
    agents: () => agentsBehind(client),
    queues: async () => (await client.queues({})).queues,
    acts: async () => (await client.audit({})).acts,
    bulk: (asked) => client.bulk(asked),
    health: () => client.health({}),
    alerts: () => alertsBehind(client),
    silence: async (alert, options) => (await client.silence({ alert, ...options })).id,
    unsilence: async (id) => void (await client.unsilence({ id })),
    silences: async () => (await client.alerts({})).silences,
    valueText: ({ id }, of) => valueText(client, id, of),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function agentsBehind(client: Client): Promise<readonly AgentFound[]> {
  const { agents } = await client.agents({});
  return Promise.all(
    agents.map(async (agent) => {
      const { whole } = await client.activity({ agent: agent.name, sinceMs: LATELY_MS });
      return { ...agent, lately: whole };
    }),
  );
}

async function valueText(client: Client, id: string, of: ValueOf): Promise<string | undefined> {
  const asked = typeof of === "string" ? { which: of } : { path: of.path, which: "output" as const };
  const found = await client
    .runValue({ id, ...asked, characters: VALUE_CHARACTERS_MAX })
    .catch(undefinedIf("output-unavailable"));
  if (!found || found.text === "undefined") return undefined;
  // Written as for a log of this machine, where characters that act on terminals are spelt out.
  return found.truncated
    ? cutText(found.text, found.characters)
    : cutText(jsonText(JSON.parse(found.text), 2));
}

function inputOf(input: unknown): { readonly input?: unknown } {
  return input === undefined ? {} : { input };
}

type When = Pick<DelegateTaskOptions, "id" | "delayMs" | "runAt">;

function whenOf({ id, delayMs, runAt }: When): Omit<When, "runAt"> & { readonly runAt?: number } {
  return {
    ...(id !== undefined && { id }),
    ...(delayMs !== undefined && { delayMs }),
    ...(runAt !== undefined && { runAt: Number(runAt) }),
  };
}

function undefinedIf(code: string): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof Error && "code" in error && error.code === code) return undefined;
    throw error;
  };
}

function previewOf({ pattern, recovery, refused, ...rest }: ChoicePreviewView): ChoicePreview {
  return {
    ...rest,
    pattern: pattern ?? undefined,
    recovery: recovery ?? undefined,
    refused: refused ? { ...refused, hint: refused.hint ?? undefined } : undefined,
  };
}

function registeredOf({ description, matches, ...rest }: RegisteredView): RegisteredPattern {
  return {
    ...rest,
    description: description ?? undefined,
    matches: matches ? matchesOf(matches) : undefined,
  };
}

function matchesOf({ domain, agentTypes, attributes }: NonNullable<RegisteredView["matches"]>): Matches {
  return {
    ...(typeof domain === "string" && { domain }),
    ...(Array.isArray(agentTypes) && { agentTypes: agentTypes.map(String) }),
    ...(typeof attributes === "object" && attributes !== null && { attributes: { ...attributes } }),
  };
}

function believedOf({ pattern, domain, doubt, durationMs, cost, ...rest }: ConfidenceView): Believed {
  const posterior = {
    ...rest,
    ...(doubt && { doubt }),
    ...(durationMs && { durationMs }),
    ...(cost && { cost }),
  };
  return { pattern, domain, posterior };
}

function contextsOf({ pattern, declaring, kept, broken, undeclared }: ContextsView): ContextsOfPattern {
  return { pattern, declaring, kept, broken: broken.map(placeOf), changed: undeclared.map(placeOf) };
}

function placeOf({
  agent,
  severity,
  example: { run, before, after },
  ...place
}: ContextPlaceView): ContextsOfPattern["broken"][number] {
  return {
    ...place,
    agent: agent ?? undefined,
    severity: severity ?? undefined,
    example: { run, before: before ?? undefined, after: after ?? undefined },
  };
}
