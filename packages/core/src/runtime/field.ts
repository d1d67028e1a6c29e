/** What a choice is made from, and the choice among it. */
import type { RunChoice } from "../delegation/choice.ts";
import type { ScaledFeatures } from "../learning/feature-scale.ts";
import type { Random } from "../random.ts";
import { choose, type Choice } from "../selection/choose.ts";
import type { Candidate } from "../selection/candidate.ts";
import { closestFit, type FittingCandidate } from "../selection/closest-fit.ts";
import type { Serving } from "../selection/registry.ts";
import type { DomainSettings } from "./choosing-options.ts";

/** Why a pattern is refused: it needs more than the context holds. Such patterns are never named to their caller. */
export const MISSING_GRANT = "missing-grant";
/** Why a pattern is refused that may be started later. */
export const PAUSED = "paused";
export const NO_ROOM = "no-room";
export const BREAKER_OPEN = "breaker-open";

/** The patterns that serve a context, with what is believed of each and what policy says. */
export interface Field {
  readonly servings: readonly Serving[];
  /** In the order of `servings`. */
  readonly candidates: readonly FittingCandidate[];
  readonly features: ScaledFeatures | undefined;
  readonly settings: DomainSettings;
  readonly explore: boolean;
}

/** A choice with what it was made among. */
export interface Weighed {
  readonly field: Field;
  /** With what was left out of it; the choice's probabilities are in this order. */
  readonly candidates: readonly Candidate[];
  readonly choice: Choice;
  /** As its run's first event keeps it. */
  readonly record: RunChoice;
  /** So many milliseconds its run is to wait before it begins. */
  readonly delayMs?: number;
}

/**
 * @param random without it, the most probable one is taken
 * @param threshold @default that of the domain
 */
export function choiceAmong(field: Field, random: Random | undefined, threshold?: number): Weighed {
  const { settings, explore, features } = field;
  const least = threshold ?? settings.threshold;
  const candidates = closestFit(field.candidates, least);
  const choice = choose({
    candidates,
    preset: { threshold: least, width: settings.width, floor: settings.floor },
    explore,
    ...(random && { random }),
  });
  const { record } = choice;
  return { field, candidates, choice, record: features ? { ...record, features } : record };
}
