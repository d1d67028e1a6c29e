/** Says that there is no such pattern or agent, with what was probably meant. */
import type { AgentNode } from "../delegation/agent.ts";
import { missingGrants } from "../delegation/authority.ts";
import { closestName } from "../delegation/closest-name.ts";
import type { Context } from "../delegation/context.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { ReeveError } from "../errors.ts";
import { similarPatterns } from "./similar-patterns.ts";

const LISTED_MAX = 10;

interface Known {
  readonly pattern: Pattern;
  readonly requires: readonly string[];
}

/** @param removed what had the name before it was removed */
export function patternNotFound(name: string, known: readonly Known[], removed?: Pattern): ReeveError {
  const patterns = known.map(({ pattern }) => pattern);
  const names = patterns.map((pattern) => pattern.name);
  return new ReeveError("pattern-not-found", `there is no pattern '${name}'`, {
    hint: removed ? hintForRemoved(removed, patterns) : hintForName(name, names, patterns),
  });
}

export function agentNotFound(name: string, agents: readonly AgentNode[]): ReeveError {
  const names = [...new Set(agents.map((agent) => agent.name))];
  const close = closestName(name, names);
  return new ReeveError("agent-not-found", `no registered pattern calls an agent '${name}'`, {
    hint: close ? `did you mean '${close}'?` : `they call: ${listed(names)}`,
  });
}

/** Names only patterns that the context's grants allow. */
export function nothingServes(context: Context, known: readonly Known[]): ReeveError {
  const allowed = known.filter(({ requires }) => missingGrants(context.grants, requires).length === 0);
  const near = similarPatterns(
    allowed.flatMap(({ pattern }) => (pattern.matches ? [pattern] : [])),
    { matches: { domain: context.domain, agentTypes: [context.agentType] } },
  );
  const general = "register one whose `matches` covers this context, and whose grants the run holds";
  const nearest = listed(
    near.map(({ pattern }) => `${pattern.name} (${JSON.stringify(pattern.matches)})`),
    3,
  );
  return new ReeveError(
    "pattern-not-found",
    `no pattern serves domain '${context.domain}' for agent type '${context.agentType}'`,
    { hint: near.length === 0 ? general : `${general}; the nearest: ${nearest}` },
  );
}

function hintForName(name: string, names: readonly string[], patterns: readonly Pattern[]): string {
  const close = closestName(name, names);
  if (close) return `did you mean '${close}'?`;
  const similar = similarPatterns(patterns, { name });
  if (similar.length === 0) return `registered are: ${listed(names)}`;
  return `similar are: ${listed(similar.map(({ pattern }) => pattern.name))}`;
}

function hintForRemoved(removed: Pattern, patterns: readonly Pattern[]): string {
  const similar = similarPatterns(patterns, removed).map(({ pattern }) => pattern.name);
  const was = "it was removed while the runtime ran";
  return similar.length === 0 ? `${was}; register it again` : `${was}; similar are: ${listed(similar)}`;
}

function listed(names: readonly string[], max = LISTED_MAX): string {
  if (names.length === 0) return "none";
  const more = names.length > max ? ` and ${names.length - max} more` : "";
  return names.slice(0, max).join(", ") + more;
}
