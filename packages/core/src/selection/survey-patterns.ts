/** What can be said of registered patterns without running them, for lists of them. */
import type { Matches, Pattern } from "../delegation/pattern.ts";
import { adviceOn, type Advice } from "../patterns/advice.ts";
import { patternVersion } from "../patterns/fingerprint.ts";
import { lighterPatterns, stepCount } from "./lighter-patterns.ts";
import { similarPatterns } from "./similar-patterns.ts";

/** Each is compared with all: of more it would take seconds. */
const COMPARED_MAX = 200;

/** One version of a pattern. */
export interface SurveyedPattern {
  readonly name: string;
  readonly kind: Pattern["kind"];
  readonly description: string | undefined;
  readonly matches: Matches | undefined;
  readonly version: string;
  /** Those that have no steps of their own. */
  readonly steps: number;
  readonly advice: readonly Advice[];
  /** Names of patterns that are like it, the most similar first; empty where more than 200 are surveyed at once. */
  readonly similar: readonly string[];
  /** Names of patterns that serve its contexts in fewer steps; empty where more than 200 are surveyed at once. */
  readonly lighter: readonly string[];
}

/** What can be said of `patterns`, each seen among `all`. */
export function surveyPatterns(
  patterns: readonly Pattern[],
  all: readonly Pattern[] = patterns,
): SurveyedPattern[] {
  const others = patterns.length > COMPARED_MAX ? [] : all;
  return patterns.map((pattern) => ({
    name: pattern.name,
    kind: pattern.kind,
    description: pattern.description,
    matches: pattern.matches,
    version: patternVersion(pattern),
    steps: stepCount(pattern),
    advice: adviceOn(pattern),
    similar: similarPatterns(others, pattern).map((found) => found.pattern.name),
    lighter: lighterPatterns(others, pattern).map(({ name }) => name),
  }));
}
