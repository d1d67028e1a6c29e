/** What of a context learning can go by, as numbers. */
import type { Context } from "../delegation/context.ts";
import type { RawFeatures, ScaledFeatures } from "./feature-scale.ts";

/** Features read of one context, and frozen into one choice. */
const FEATURES_MAX = 64;
/** Digits that a frozen feature keeps: what is finer than a thousandth of a deviation changes no belief. */
const UNIT = 1_000;

/**
 * Numbers as they are, true as 1 and false as 0, by the attribute's name; and the priority as `context.priority`.
 * Texts, lists and objects are left out: what they tell apart belongs in the domain.
 */
export function featuresOf({ attributes, priority }: Context): RawFeatures {
  const features: Record<string, number> = { "context.priority": priority };
  let left = FEATURES_MAX - 1;
  for (const name in attributes) {
    const value = attributes[name];
    if (typeof value !== "number" && typeof value !== "boolean") continue;
    if (left-- <= 0) break;
    features[name] = Number(value);
  }
  return features;
}

/** As many scaled features as an event keeps, rounded: those that are there first, then what is missing. */
export function frozen(scaled: ScaledFeatures): ScaledFeatures | undefined {
  const kept: Record<string, number> = {};
  let left = FEATURES_MAX;
  for (const isIndicator of [false, true]) {
    for (const name in scaled) {
      if (name.endsWith("?") !== isIndicator) continue;
      const value = Math.round((scaled[name] ?? 0) * UNIT) / UNIT;
      if (value === 0) continue;
      if (left-- <= 0) return kept;
      kept[name] = value;
    }
  }
  return left === FEATURES_MAX ? undefined : kept;
}
