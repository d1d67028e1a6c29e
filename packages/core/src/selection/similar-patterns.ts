/**
 * Which patterns are like another one: by their steps (weighted Jaccard over what they call and in which order), by the
 * contexts they say they serve, and by the parts of their names. Each is a share from 0 to 1, and only what is known of
 * both sides counts; so a name alone finds its relatives, and a pattern is found whatever it is called.
 */
import type { Matches, Pattern, PatternNode } from "../delegation/pattern.ts";
import { childrenOf, leaves } from "../patterns/tree.ts";

export interface SimilarPattern {
  readonly pattern: Pattern;
  /** 0 to 1. */
  readonly similarity: number;
}

/** What is looked for: a pattern, or as much as is known of one. */
export interface Sought {
  readonly name?: string;
  readonly matches?: Matches | undefined;
}

const WEIGHTS = { steps: 0.5, matches: 0.3, name: 0.2 } as const;
const SIMILARITY_MIN = 0.3;

/** Those of `patterns` that are like the one sought, the most similar first; itself left out. */
export function similarPatterns(patterns: readonly Pattern[], sought: Pattern | Sought): SimilarPattern[] {
  const wanted = featuresOf(sought);
  return patterns
    .filter((pattern) => pattern !== sought)
    .map((pattern) => ({ pattern, similarity: similarityOf(wanted, featuresOf(pattern)) }))
    .filter(({ similarity }) => similarity >= SIMILARITY_MIN)
    .toSorted((left, right) => right.similarity - left.similarity);
}

interface Features {
  readonly steps: ReadonlyMap<string, number> | undefined;
  readonly matches: Matches | undefined;
  readonly name: readonly string[] | undefined;
}

function featuresOf(sought: Pattern | Sought): Features {
  return {
    steps: "kind" in sought ? stepsOf(sought) : undefined,
    matches: sought.matches,
    name: sought.name?.split("."),
  };
}

function similarityOf(left: Features, right: Features): number {
  const parts: readonly (readonly [weight: number, share: number | undefined])[] = [
    [WEIGHTS.steps, left.steps && right.steps && overlap(left.steps, right.steps)],
    [WEIGHTS.matches, left.matches && right.matches && overlapOfMatches(left.matches, right.matches)],
    [WEIGHTS.name, left.name && right.name && overlapOfNames(left.name, right.name)],
  ];
  let sum = 0;
  let weights = 0;
  for (const [weight, share] of parts) {
    if (share === undefined) continue;
    sum += weight * share;
    weights += weight;
  }
  return weights === 0 ? 0 : sum / weights;
}

/** How often it has each kind of node, calls each agent, and calls one agent after another. */
function stepsOf(pattern: Pattern): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (feature: string): void => void counts.set(feature, (counts.get(feature) ?? 0) + 1);
  countKinds(pattern, add);
  let before: string | undefined;
  for (const { node } of leaves(pattern)) {
    const called = `${node.kind} ${node.name}`;
    add(called);
    if (before !== undefined) add(`${before}, ${called}`);
    before = called;
  }
  return counts;
}

function countKinds(node: PatternNode, add: (feature: string) => void): void {
  const below = childrenOf(node, "");
  if (below.length > 0) add(node.kind);
  for (const child of below) countKinds(child.node, add);
}

function overlap(left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): number {
  let shared = 0;
  let all = 0;
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const counts = [left.get(key) ?? 0, right.get(key) ?? 0] as const;
    shared += Math.min(...counts);
    all += Math.max(...counts);
  }
  return all === 0 ? 0 : shared / all;
}

function overlapOfMatches(left: Matches, right: Matches): number {
  const shares: number[] = [];
  if (left.domain !== undefined && right.domain !== undefined) {
    shares.push(overlapOfNames(left.domain.split("."), right.domain.split(".")));
  }
  if (left.agentTypes && right.agentTypes) shares.push(shareOf(left.agentTypes, right.agentTypes));
  if (left.attributes && right.attributes) {
    shares.push(shareOf(Object.keys(left.attributes), Object.keys(right.attributes)));
  }
  return shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** The parts they have in common from the front; in names of a hierarchy the last part counts wherever it stands. */
function overlapOfNames(left: readonly string[], right: readonly string[]): number {
  const longer = Math.max(left.length, right.length);
  let shared = 0;
  while (shared < longer && left[shared] === right[shared] && left[shared] !== undefined) shared++;
  const endsAlike = shared === 0 && longer > 1 && left.at(-1) === right.at(-1);
  return (endsAlike ? 1 : shared) / longer;
}

function shareOf(left: readonly string[], right: readonly string[]): number {
  const all = new Set([...left, ...right]);
  const shared = left.filter((each) => right.includes(each));
  return all.size === 0 ? 0 : new Set(shared).size / all.size;
}
