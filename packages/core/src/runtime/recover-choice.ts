/** What is done when no pattern can be chosen as things stand; undefined where the task is to be refused. */
import { missingGrants } from "../delegation/authority.ts";
import type { Context } from "../delegation/context.ts";
import type { Random } from "../random.ts";
import type { FittingCandidate } from "../selection/closest-fit.ts";
import { stepCount } from "../selection/lighter-patterns.ts";
import type { Registry, Serving } from "../selection/registry.ts";
import { similarPatterns } from "../selection/similar-patterns.ts";
import type { RecoveryOptions } from "./choosing-options.ts";
import { BREAKER_OPEN, choiceAmong, NO_ROOM, PAUSED, type Field, type Weighed } from "./field.ts";

/** How long a run waits that found no room; then its pattern's own limits hold back what is too much. */
const QUEUED_MS = 5_000;

export interface RecoveryHost {
  readonly registry: Registry;
  readonly context: Context;
  readonly wanted: Required<RecoveryOptions>;
  readonly random: Random | undefined;
  fieldOf(servings: readonly Serving[]): Field;
  /** Patterns that were tried and have failed. */
  readonly failed?: readonly string[];
}

/** @param unmade a choice that gave no pattern */
export function recover(host: RecoveryHost, { field, choice }: Weighed): Weighed | undefined {
  const { wanted } = host;
  if (field.candidates.length === 0)
    return wanted["pattern-not-found"] === "similar" ? amongSimilar(host) : undefined;
  if (choice.none === "nothing-allowed")
    return wanted["resources-exhausted"] === "queue" ? inQueue(host, field) : undefined;
  if (wanted["confidence-too-low"] === "least-poor") return amongPoor(host, field);
  return wanted["confidence-too-low"] === "minimal" ? withFewestSteps(host, field) : undefined;
}

/** Learning goes on as if there were no threshold, so that one that has been mended is found out. */
function amongPoor({ random }: RecoveryHost, field: Field): Weighed | undefined {
  const weighed = choiceAmong(field, random, 0);
  return made("least-poor", `all are known to be poor; ${weighed.choice.reason}`, weighed);
}

function withFewestSteps({ random }: RecoveryHost, field: Field): Weighed | undefined {
  const stepsOf = new Map(
    field.servings.map(({ registered: { pattern } }) => [pattern.name, stepCount(pattern)]),
  );
  const allowed = field.candidates.filter(({ refused }) => refused === undefined);
  const fewest = Math.min(...allowed.map(({ pattern }) => stepsOf.get(pattern) ?? Infinity));
  const candidates = field.candidates.map((candidate) =>
    candidate.refused === undefined && stepsOf.get(candidate.pattern) !== fewest
      ? { ...candidate, refused: "more-steps" }
      : candidate,
  );
  const weighed = choiceAmong({ ...field, candidates }, random, 0);
  const { pattern } = weighed.choice;
  return made("minimal", `all are known to be poor; ${pattern} has the fewest steps`, weighed);
}

/** Those that serve the nearest contexts, all alike: none was meant for this one. */
export function amongSimilar({
  registry,
  context,
  random,
  fieldOf,
  failed = [],
}: RecoveryHost): Weighed | undefined {
  const { domain, agentType, grants } = context;
  const known = registry
    .startable()
    .filter(({ pattern, requires }) => pattern.matches && missingGrants(grants, requires).length === 0)
    .filter(({ pattern }) => !failed.includes(pattern.name));
  const near = similarPatterns(
    known.map(({ pattern }) => pattern),
    { matches: { domain, agentTypes: [agentType] } },
  );
  const closest = near.filter(({ similarity }) => similarity === near[0]?.similarity);
  const servings = known
    .filter(({ pattern }) => closest.some((each) => each.pattern === pattern))
    .map((registered): Serving => ({ registered, fit: 0 }));
  const weighed = choiceAmong(fieldOf(servings), random);
  return made("similar", `no pattern serves domain '${domain}'; ${weighed.choice.reason}`, weighed);
}

/** The runs of a paused pattern wait until it is resumed; those that found no room, for a while; others for a breaker. */
function inQueue({ random }: RecoveryHost, field: Field): Weighed | undefined {
  const busy = new Set<string>();
  const candidates = field.candidates.map((candidate): FittingCandidate => {
    const { refused, because: _because, ...allowed } = candidate;
    if (refused === NO_ROOM) busy.add(candidate.pattern);
    // A run of one whose agent is left alone begins: its attempts wait by themselves.
    return refused === NO_ROOM || refused === PAUSED || refused === BREAKER_OPEN ? allowed : candidate;
  });
  const weighed = choiceAmong({ ...field, candidates }, random, 0);
  const { pattern = "", reason } = weighed.choice;
  const queued = made("queue", `its run waits in the queue; ${reason}`, weighed);
  return queued && busy.has(pattern) ? { ...queued, delayMs: QUEUED_MS } : queued;
}

function made(recovery: string, reason: string, weighed: Weighed): Weighed | undefined {
  if (weighed.choice.pattern === undefined) return undefined;
  return { ...weighed, record: { ...weighed.record, recovery, reason } };
}
