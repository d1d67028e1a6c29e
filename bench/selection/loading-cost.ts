/** What it takes to have the confidence again after a restart, from its checkpoint. */
import { createConfidence, restoreConfidence, type ConfidenceState } from "reeve";
import { median } from "../statistics.ts";
import { chance } from "./chance.ts";
import { nameOf } from "./choosing-cost.ts";

const OUTCOMES = 1_000_000;
const PATTERNS = 100;
const DOMAINS = 20;
const ROUNDS = 7;

export interface LoadingCost {
  readonly outcomes: number;
  readonly bytes: number;
  readonly largestPatternBytes: number;
  /** From the stored text to a first answer; median. */
  readonly loadMs: number;
}

export function measureLoading(): LoadingCost {
  const state = stateOfMany();
  const text = JSON.stringify(state);
  const times = Array.from({ length: ROUNDS }, () => {
    const startedAt = performance.now();
    const restored: unknown = JSON.parse(text);
    if (isState(restored)) restoreConfidence(restored).posterior(nameOf(0), "domain-0");
    return performance.now() - startedAt;
  });
  const sizes = Object.values(state.patterns).map((pattern) => JSON.stringify(pattern).length);
  return {
    outcomes: OUTCOMES,
    bytes: text.length,
    largestPatternBytes: Math.max(...sizes),
    loadMs: median(times),
  };
}

function isState(value: unknown): value is ConfidenceState {
  return typeof value === "object" && value !== null && "version" in value && value.version === 1;
}

function stateOfMany(): ConfidenceState {
  const confidence = createConfidence();
  const draws = chance(13);
  for (let outcome = 0; outcome < OUTCOMES; outcome++) {
    const pattern = draws.below(PATTERNS);
    const domain = `domain-${draws.below(DOMAINS)}`;
    const score = draws.next() < 0.3 + pattern / (2 * PATTERNS) ? 1 : 0;
    confidence.see({ pattern: nameOf(pattern), domain, score, durationMs: 50 + 100 * draws.next() });
  }
  return confidence.save();
}
