/**
 * Brings features of contexts to one scale: log1p where they are skewed, then deviations from the mean over all
 * contexts seen (Welford), clipped. What it knows is small and shared by all patterns.
 */

/** Numbers of a context by name; undefined or not finite is missing. */
export type RawFeatures = Readonly<Record<string, number | undefined>>;

/** Scaled features by name; one that is missing or constant is absent, and `name?` = 1 says that it was missing. */
export type ScaledFeatures = Readonly<Record<string, number>>;

/** Contexts that only warm the scale; until then nothing is scaled. */
export const WARM_UP_CONTEXTS = 50;
/** Features that are followed; further ones are left out. */
const FEATURES_MAX = 512;
const CLIP = 3;
/** Larger numbers are taken as this: sums of their squares and cubes stay finite, as JSON has no others. */
const VALUE_MAX = 1e15;

interface Feature {
  count: number;
  /** Of the plain and of the log1p values: mean and sum of squared and cubed deviations. */
  readonly plain: Moments;
  readonly logged: Moments;
  lowest: number;
}

interface Moments {
  mean: number;
  squares: number;
  cubes: number;
}

export interface FeatureScaleState {
  readonly contexts: number;
  /** name, count, lowest, then mean, squares and cubes of the plain and of the logged values. */
  readonly features: readonly (readonly [string, ...number[]])[];
}

export class FeatureScale {
  #contexts = 0;
  readonly #features = new Map<string, Feature>();

  constructor(state?: FeatureScaleState) {
    if (!state) return;
    this.#contexts = state.contexts;
    for (const [name, count = 0, lowest = 0, ...moments] of state.features) {
      const [mean = 0, squares = 0, cubes = 0, logMean = 0, logSquares = 0, logCubes = 0] = moments;
      this.#features.set(name, {
        count,
        lowest,
        plain: { mean, squares, cubes },
        logged: { mean: logMean, squares: logSquares, cubes: logCubes },
      });
    }
  }

  meet(raw: RawFeatures): void {
    this.#contexts++;
    for (const name in raw) {
      const value = bounded(raw[name]);
      // A name that every object has could not be told from one that is there.
      if (value === undefined || name in Object.prototype) continue;
      let feature = this.#features.get(name);
      if (!feature) {
        if (this.#features.size >= FEATURES_MAX) continue;
        feature = { count: 0, plain: noMoments(), logged: noMoments(), lowest: value };
        this.#features.set(name, feature);
      }
      feature.count++;
      feature.lowest = Math.min(feature.lowest, value);
      addTo(feature.plain, value, feature.count);
      addTo(feature.logged, Math.log1p(Math.max(0, value)), feature.count);
    }
  }

  scale(raw: RawFeatures): ScaledFeatures {
    const scaled: Record<string, number> = {};
    if (this.#contexts < WARM_UP_CONTEXTS) return scaled;
    for (const [name, feature] of this.#features) {
      const value = bounded(raw[name]);
      if (value === undefined) {
        // A name that no context lacks needs no indicator; one that is always lacking is not known at all.
        scaled[`${name}?`] = 1;
        continue;
      }
      const logged = feature.lowest >= 0 && isSkewed(feature);
      const moments = logged ? feature.logged : feature.plain;
      const deviation = Math.sqrt(moments.squares / feature.count);
      if (!(deviation > 1e-9 * Math.max(1, Math.abs(moments.mean)))) continue;
      const distance = ((logged ? Math.log1p(Math.max(0, value)) : value) - moments.mean) / deviation;
      scaled[name] = Math.min(CLIP, Math.max(-CLIP, distance));
    }
    return scaled;
  }

  save(): FeatureScaleState {
    return {
      contexts: this.#contexts,
      features: [...this.#features].map(([name, { count, lowest, plain, logged }]) => [
        name,
        count,
        lowest,
        plain.mean,
        plain.squares,
        plain.cubes,
        logged.mean,
        logged.squares,
        logged.cubes,
      ]),
    };
  }
}

/** Undefined where it is missing. */
function bounded(value: number | undefined): number | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  return Math.min(VALUE_MAX, Math.max(-VALUE_MAX, value));
}

function noMoments(): Moments {
  return { mean: 0, squares: 0, cubes: 0 };
}

/** Welford's update with the third moment (Pébay 2008). */
function addTo(moments: Moments, value: number, count: number): void {
  const distance = value - moments.mean;
  const part = distance / count;
  const term = distance * part * (count - 1);
  moments.mean += part;
  moments.cubes += term * part * (count - 2) - 3 * part * moments.squares;
  moments.squares += term;
}

/** Skewness above 1. */
function isSkewed({ count, plain }: Feature): boolean {
  return (Math.sqrt(count) * plain.cubes) / Math.max(plain.squares, 1e-12) ** 1.5 > 1;
}
