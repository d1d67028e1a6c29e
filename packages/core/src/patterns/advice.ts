/**
 * Advice on patterns: what is allowed, and often not what was meant. Values only; nothing is refused for it. Whoever
 * knows better leaves it as it is.
 */
import type { AgentNode } from "../delegation/agent.ts";
import type { Path } from "../delegation/path.ts";
import type { DegradeNode, Pattern, PatternNode } from "../delegation/pattern.ts";
import { independentSteps, chainedTasks } from "./advice-on-flow.ts";
import { childrenOf, leaves } from "./tree.ts";

export type AdviceCode =
  | "steps-independent"
  | "tasks-chained"
  | "phase-single"
  | "level-single"
  | "levels-reversed"
  | "name-generic"
  | "timeout-missing"
  | "retry-not-idempotent";

export interface Advice {
  readonly code: AdviceCode;
  /** The template of the step's path, as in `reeve show`; empty for the pattern itself. */
  readonly path: Path;
  /** One sentence: what was seen, and what could be done. */
  readonly message: string;
}

const GENERIC =
  /^(?:(?:my|new|the|a)[-_ ]?)?(?:pattern|workflow|work|flow|pipeline|process|sequence|sequential|parallel|meta|task|job|step|agent|run|thing|stuff|untitled|foo|bar)s?[-_ ]?\d*$/i;

/** Everything there is to say about a pattern, in the order of its steps. */
export function adviceOn(pattern: Pattern): readonly Advice[] {
  const found: Advice[] = [];
  const advised = new Set<AgentNode>();
  const look = (node: PatternNode, path: Path, isTimed: boolean): void => {
    found.push(...adviceOnShape(node, path));
    if (node.kind === "agent") {
      // An agent that stands in many places is spoken of once.
      if (!advised.has(node)) found.push(...adviceOnAgent(node, path, isTimed));
      advised.add(node);
    }
    const isTimedBelow = isTimed || ("timeoutMs" in node && node.timeoutMs !== undefined);
    for (const child of childrenOf(node, path)) look(child.node, child.template, isTimedBelow);
  };
  look(pattern, "", false);
  return found;
}

function adviceOnShape(node: PatternNode, path: Path): Advice[] {
  const found: Advice[] = [];
  const lastName = node.name.split(".").at(-1) ?? node.name;
  const isNamed = node.kind !== "delay" && node.kind !== "delegate" && node.kind !== "repeat";
  if (isNamed && GENERIC.test(lastName)) {
    found.push(
      advice("name-generic", path, `'${node.name}' does not say what it does; name it after its work`),
    );
  }
  if (node.kind === "meta" && node.phases.length === 1) {
    const sentence = `'${node.name}' has a single phase; a sequential or parallel pattern does the same with less`;
    found.push(advice("phase-single", path, sentence));
  }
  if (node.kind === "degrade") found.push(...adviceOnLevels(node, path));
  if (node.kind === "sequential") {
    for (const [before, after] of independentSteps(node)) {
      const sentence = `'${after}' takes nothing from '${before}'; if their effects don't depend on each other either, they could be tasks of a parallel`;
      found.push(advice("steps-independent", path, sentence));
    }
  }
  if (node.kind === "parallel") {
    for (const [giver, taker] of chainedTasks(node)) {
      const sentence = `'${taker}' takes what '${giver}' gives, by their schemas, yet each task gets the pattern's input; were they meant as a sequential?`;
      found.push(advice("tasks-chained", path, sentence));
    }
  }
  return found;
}

function adviceOnLevels({ name, levels }: DegradeNode, path: Path): Advice[] {
  const [preferred] = levels;
  const minimal = levels.at(-1);
  if (!preferred || !minimal) return [];
  if (preferred === minimal) {
    const sentence = `'${name}' has a single level; without another one to go on with, it is that level alone`;
    return [advice("level-single", path, sentence)];
  }
  const [most, least] = [leaves(preferred.node).length, leaves(minimal.node).length];
  if (least <= most) return [];
  const sentence = `the minimal level '${minimal.node.name}' of '${name}' has ${least} steps, the preferred one ${most}; levels go from preferred to minimal`;
  return [advice("levels-reversed", path, sentence)];
}

function adviceOnAgent(agent: AgentNode, path: Path, isTimed: boolean): Advice[] {
  const found: Advice[] = [];
  const { name, timeoutMs, heartbeatTimeoutMs, retry, idempotent } = agent;
  if (timeoutMs === undefined && heartbeatTimeoutMs === undefined && !isTimed) {
    const sentence = `an attempt of '${name}' may take for ever; give the agent or its pattern a timeoutMs`;
    found.push(advice("timeout-missing", path, sentence));
  }
  if (retry.attempts > 1 && !idempotent) {
    const sentence = `'${name}' is made up to ${retry.attempts} times and says it is not idempotent; take its retry away, or make it idempotent with ctx.idempotencyKey`;
    found.push(advice("retry-not-idempotent", path, sentence));
  }
  return found;
}

function advice(code: AdviceCode, path: Path, message: string): Advice {
  return { code, path, message };
}
