/**
 * Patterns as plain JSON. What is code (agents, functions, schemas) can't be declared: such a step is a *part*, named
 * here and handed over when the pattern is read.
 */
import type { LimitOptions } from "../../delegation/limit.ts";
import type { PreservedKey } from "../../delegation/preserved.ts";
import type {
  DelegateNode,
  Matches,
  MetaNode,
  ParallelNode,
  Pattern,
  PatternHead,
  PatternNode,
  PhaseNode,
  PhaseResources,
  Tolerance,
} from "../../delegation/pattern.ts";

export interface DeclaredHead {
  readonly description?: string;
  readonly matches?: Matches;
  readonly timeoutMs?: number;
  readonly version?: string;
  readonly continues?: readonly string[];
  readonly limits?: readonly LimitOptions<unknown>[];
  readonly preserve?: readonly PreservedKey[];
}

export type DeclaredPart = { readonly kind: "part"; readonly name: string };

/** What is below the head of a pattern. */
export type DeclaredBody =
  | { readonly kind: "sequential"; readonly steps: readonly Declared[] }
  | {
      readonly kind: "parallel";
      readonly tasks: readonly (readonly [name: string, task: Declared])[];
      readonly needs?: ParallelNode["needs"];
      readonly concurrencyMax?: number;
      readonly resourceThreshold?: number;
      readonly tolerate?: Tolerance;
    }
  | {
      readonly kind: "meta";
      readonly phases: readonly DeclaredPhase[];
      readonly rollback: MetaNode["rollback"];
    }
  | {
      readonly kind: "degrade";
      readonly levels: readonly (readonly [level: Declared, resources?: DeclaredResources])[];
    };

/** Shares of the machine. */
export interface DeclaredResources {
  readonly cpu?: number;
  readonly memory?: number;
}

export interface DeclaredPhase {
  readonly name: string;
  readonly patterns: readonly Declared[];
  readonly coordination: PhaseNode["coordination"];
  readonly coverageMin?: number;
  readonly errorRate?: number;
  readonly slowdown?: number;
  readonly resources?: DeclaredResources;
}

export type Declared =
  | DeclaredPart
  | ({ readonly name: string; readonly head: DeclaredHead } & DeclaredBody)
  | { readonly kind: "step"; readonly name: string; readonly step: Declared }
  | {
      readonly kind: "approval";
      readonly name: string;
      readonly timeoutMs?: number;
      readonly notBy?: "starter";
    }
  | { readonly kind: "delay"; readonly name: string; readonly ms: number }
  | {
      readonly kind: "delegate";
      readonly name: string;
      readonly context: Exclude<DelegateNode["context"], (...given: never) => unknown>;
      readonly timeoutMs?: number;
      readonly explore?: boolean;
    };

/** The parts that a declaration names; more than one of a name can't be told apart. */
export type Parts = Map<string, Set<PatternNode>>;

/** Why the pattern itself can't be declared; undefined where it can. */
export function undeclarable(node: PatternNode): string | undefined {
  switch (node.kind) {
    case "agent":
      return "it is an agent";
    case "for-each":
      return "its items are made by a function";
    case "when":
    case "repeat":
      return "it goes by a function";
    case "step":
      return node.input ? "its input is made by a function" : undefined;
    case "approval":
      return (node.schema ?? node.merge) ? "it has a schema or a function" : undefined;
    case "delay":
      return undefined;
    case "delegate":
      return typeof node.context === "function" ? "its context is made by a function" : undefined;
    case "meta":
      if (node.phases.some((phase) => phase.coverage)) return "a phase is measured by a function";
      return undeclarableHead(node);
    case "sequential":
    case "parallel":
    case "degrade":
      return undeclarableHead(node);
  }
}

function undeclarableHead(head: PatternHead): string | undefined {
  if (head.input) return "its input has a schema";
  return head.limits.some((limit) => limit.key) ? "a limit has a function for its key" : undefined;
}

/** The head as it is kept; the version is always there, so that it is known without the steps. */
export function declareHead(pattern: PatternHead, version: string | undefined): DeclaredHead {
  const { description, matches, timeoutMs, continues, limits, preserve } = pattern;
  return {
    ...(description !== undefined && { description }),
    ...(matches && { matches }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(version !== undefined && { version }),
    ...(continues.length > 0 && { continues }),
    ...(preserve.length > 0 && { preserve }),
    ...(limits.length > 0 && {
      limits: limits.map(({ concurrency, perSecond }) => ({
        ...(concurrency !== undefined && { concurrency }),
        ...(perSecond !== undefined && { perSecond }),
      })),
    }),
  };
}

/** What is below the head; undefined for what `undeclarable` says. */
export function declareBody(pattern: Pattern, parts: Parts): DeclaredBody | undefined {
  if (pattern.kind === "sequential") {
    return { kind: "sequential", steps: pattern.steps.map((step) => declare(step, parts)) };
  }
  if (pattern.kind === "parallel") {
    const { needs, concurrencyMax, resourceThreshold, tolerate } = pattern;
    return {
      kind: "parallel",
      tasks: Object.entries(pattern.tasks).map(([name, task]) => [name, declare(task, parts)] as const),
      ...(Object.keys(needs).length > 0 && { needs }),
      ...(concurrencyMax !== undefined && { concurrencyMax }),
      ...(resourceThreshold !== undefined && { resourceThreshold }),
      ...(tolerate && { tolerate }),
    };
  }
  if (pattern.kind === "degrade") {
    const levels = pattern.levels.map(({ node, resources }) => {
      const level = declare(node, parts);
      return resources ? ([level, declareResources(resources)] as const) : ([level] as const);
    });
    return { kind: "degrade", levels };
  }
  if (pattern.kind !== "meta") return undefined;
  const phases = pattern.phases.map((phase) => declarePhase(phase, parts));
  return { kind: "meta", phases, rollback: pattern.rollback };
}

function declare(node: PatternNode, parts: Parts): Declared {
  if (undeclarable(node) !== undefined) return partOf(node, parts);
  const { name } = node;
  switch (node.kind) {
    case "step":
      return { kind: "step", name, step: declare(node.step, parts) };
    case "delay":
      return { kind: "delay", name, ms: node.ms };
    case "approval": {
      const { timeoutMs, notBy } = node;
      return {
        kind: "approval",
        name,
        ...(timeoutMs !== undefined && { timeoutMs }),
        ...(notBy && { notBy }),
      };
    }
    case "delegate": {
      const { context, timeoutMs, explore } = node;
      if (typeof context === "function") return partOf(node, parts);
      return {
        kind: "delegate",
        name,
        context,
        ...(timeoutMs !== undefined && { timeoutMs }),
        ...(explore !== undefined && { explore }),
      };
    }
    case "sequential":
    case "parallel":
    case "meta":
    case "degrade": {
      const body = declareBody(node, parts);
      return body ? { name, head: declareHead(node, node.version), ...body } : partOf(node, parts);
    }
    default:
      return partOf(node, parts);
  }
}

function partOf(node: PatternNode, parts: Parts): DeclaredPart {
  parts.set(node.name, (parts.get(node.name) ?? new Set()).add(node));
  return { kind: "part", name: node.name };
}

function declarePhase(phase: PhaseNode, parts: Parts): DeclaredPhase {
  const { name, coordination, coverageMin, errorRateMax, slowdownMax, resources } = phase;
  return {
    name,
    coordination,
    patterns: phase.patterns.map((pattern) => declare(pattern, parts)),
    ...(coverageMin !== undefined && { coverageMin }),
    ...(errorRateMax !== undefined && { errorRate: errorRateMax }),
    ...(slowdownMax !== undefined && { slowdown: slowdownMax }),
    ...(resources && { resources: declareResources(resources) }),
  };
}

function declareResources({ cpu, memory }: PhaseResources): DeclaredResources {
  return { ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) };
}
