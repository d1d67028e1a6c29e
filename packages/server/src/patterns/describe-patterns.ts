/** Registered patterns and agents as plain values, so that another thread can show them. */
import {
  adviceOn,
  childrenOf,
  patternVersion,
  type AgentNode,
  type Limit,
  type Pattern,
  type PatternNode,
} from "@reeve/core";
import type { AgentView, PatternDetail } from "../contract/pattern.ts";
import { placeOf, type Met } from "./place-of.ts";

/** What is paused, and which breakers are open, is known to who reads the log. */
export interface Described {
  readonly patterns: readonly Omit<PatternDetail, "paused">[];
  readonly agents: readonly Omit<AgentView, "paused" | "breaker">[];
  /** Approvals that who started a run must not answer: their paths' templates by pattern. */
  readonly notByStarter: readonly (readonly [pattern: string, templates: readonly string[]])[];
  /** Versions of patterns whose runs never wait for a person. */
  readonly unattended: readonly (readonly [pattern: string, versions: readonly string[]])[];
}

export function describePatterns(patterns: readonly Pattern[]): Described {
  const byName = new Map<string, Pattern[]>();
  // The version registered last starts new runs.
  for (const pattern of patterns) byName.set(pattern.name, [pattern, ...(byName.get(pattern.name) ?? [])]);
  const agents = new Map<string, { readonly agent: AgentNode; readonly patterns: Set<string> }>();
  const notByStarter: [string, readonly string[]][] = [];
  const described = Array.from(byName, ([name, versions]) => {
    const met: Met = { agents: [], notByStarter: [] };
    const [newest] = versions;
    const tree = newest && placeOf(newest, "", name, met);
    for (const agent of met.agents) {
      const known = agents.get(agent.name) ?? { agent, patterns: new Set() };
      known.patterns.add(name);
      agents.set(agent.name, known);
    }
    if (met.notByStarter.length > 0) notByStarter.push([name, met.notByStarter]);
    return newest && tree ? [describe(newest, versions, tree, met)] : [];
  });
  return {
    patterns: described.flat(),
    agents: Array.from(agents.values(), (known) => describeAgent(known.agent, [...known.patterns])),
    notByStarter,
    unattended: Array.from(byName, ([name, versions]) => [
      name,
      versions.filter((version) => !waitsForPerson(version, "")).map((version) => patternVersion(version)),
    ]),
  };
}

/** Children of a `delegate` are runs of their own. */
function waitsForPerson(node: PatternNode, path: string): boolean {
  if (node.kind === "step") return waitsForPerson(node.step, path);
  return (
    node.kind === "approval" ||
    childrenOf(node, path).some((child) => waitsForPerson(child.node, child.template))
  );
}

function describe(
  pattern: Pattern,
  versions: readonly Pattern[],
  tree: PatternDetail["tree"],
  { agents }: Met,
): Omit<PatternDetail, "paused"> {
  return {
    name: pattern.name,
    version: patternVersion(pattern),
    versions: versions.map((version) => patternVersion(version)),
    kind: pattern.kind,
    description: pattern.description ?? null,
    domain: pattern.matches?.domain ?? null,
    agents: [...new Set(agents.map(({ name }) => name))],
    tree,
    timeoutMs: pattern.timeoutMs ?? null,
    requires: [...new Set(agents.flatMap(({ requires }) => requires))].toSorted(),
    limits: pattern.limits.map(limitText),
    advice: adviceOn(pattern).map(({ code, path, message }) => ({ code, path, message })),
  };
}

/** Such as "4 at once and 10 per second, for each key". */
function limitText({ concurrency, perSecond, key }: Limit): string {
  const parts = [
    ...(concurrency === undefined ? [] : [`${concurrency} at once`]),
    ...(perSecond === undefined ? [] : [`${perSecond} per second`]),
  ];
  return `${parts.join(" and ")}${key ? ", for each key" : ""}`;
}

function describeAgent(agent: AgentNode, patterns: readonly string[]): Omit<AgentView, "paused" | "breaker"> {
  return {
    name: agent.name,
    runsOn: agent.runsOn,
    timeoutMs: agent.timeoutMs ?? null,
    attempts: agent.retry.attempts,
    concurrency: agent.concurrency ?? null,
    idempotent: agent.idempotent,
    hasUndo: agent.undo !== undefined,
    requires: agent.requires,
    patterns,
  };
}
