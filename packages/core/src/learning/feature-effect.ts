/**
 * The linear part: how features of the context shift a pattern's success, on the logit scale. At most 8 features are
 * in it; further ones are screened and replace weak ones. It counts only as far as it has predicted better than the
 * model without it (prequential likelihood), so features that say nothing cost nothing.
 */
import type { ScaledFeatures } from "./feature-scale.ts";
import { clamp, logLikelihood, logit, rounded, sigmoid } from "./logistic.ts";

const ACTIVE_FEATURES_MAX = 8;

export interface FeatureEffectState {
  readonly names: readonly string[];
  readonly slopes: readonly number[];
  /** The lower triangle of the slopes' covariance, row by row. */
  readonly covariance: readonly number[];
  readonly gain: number;
  readonly outcomes: number;
  /** Name, score statistic and its variance of the features that are screened. */
  readonly screened: readonly (readonly [string, number, number])[];
}

/** What features add: a shift on the logit scale and the variance of it. */
export interface Shift {
  readonly shift: number;
  readonly variance: number;
}

/** The other patterns. */
export interface Others {
  /** What their experience says for features, as log-likelihood, given what this pattern's own says. */
  gainOfOthers(own: number): number;
  /** The same names, as one list for all who have them. */
  namesAs(names: readonly string[]): readonly string[];
}

/** Variance of a slope before anything is known: one deviation of a feature seldom matters more than this. */
const SLOPE_VARIANCE = 1;
/** Log-likelihood that features have to win before they count half. */
const GAIN_NEEDED = 1;
const GAIN_MAX = 12;
/** Screening: features at a time, outcomes between two rounds, and the squared z that admits. */
const SCREENED_MAX = 16;
/** Features with longer names are left out: a pattern's memory is bounded. */
const NAME_LENGTH_MAX = 40;
const ROUND = 64;
const ADMITTED_FROM = 7;
/** Squared z of a slope below which a better feature may take its place. */
const WEAK_BELOW = 2;
/** The features of the context at hand; one for all patterns, since ten thousand of them would fill the caches. */
const values = new Float64Array(ACTIVE_FEATURES_MAX);
export const noShift: Shift = { shift: 0, variance: 0 };

export class FeatureEffect {
  /** Shared by all patterns with the same ones, and never changed in place. */
  #names: readonly string[] = [];
  #slopes: number[] = [];
  /** The lower triangle, row by row: half of the full matrix is half of what a choice reads of each candidate. */
  #covariance: number[] = [];
  #gain = 0;
  #outcomes = 0;
  #screened = new Map<string, { score: number; variance: number }>();

  readonly #others: Others;

  constructor(others: Others, state?: FeatureEffectState) {
    this.#others = others;
    if (!state) return;
    this.#names = others.namesAs(state.names);
    this.#slopes = [...state.slopes];
    this.#covariance = [...state.covariance];
    this.#gain = state.gain;
    this.#outcomes = state.outcomes;
    for (const [name, score, variance] of state.screened) this.#screened.set(name, { score, variance });
  }

  /** Log-likelihood that features have won so far. */
  get gain(): number {
    return this.#gain;
  }

  /** The features that count, with their slopes per deviation. */
  active(): readonly { readonly name: string; readonly slope: number }[] {
    if (this.#share() < 0.5) return [];
    return this.#names.map((name, index) => ({ name, slope: this.#slopes[index] ?? 0 }));
  }

  /** What the features add for this context. */
  shift(features: ScaledFeatures | undefined): Shift {
    if (!features || this.#names.length === 0) return noShift;
    const share = this.#share();
    if (share < 0.02) return noShift;
    const { shift, variance } = this.#full(features);
    return { shift: share * shift, variance: share * share * variance };
  }

  /** @param plain what is expected without features */
  see(features: ScaledFeatures | undefined, plain: number, score: number, weight: number): void {
    if (!features) return;
    this.#outcomes++;
    this.#meet(features);
    const predicted = sigmoid(logit(plain) + this.#full(features).shift);
    if (this.#names.length > 0) {
      const gain = weight * (logLikelihood(score, predicted) - logLikelihood(score, plain));
      this.#gain = rounded(clamp(this.#gain + gain, -4, GAIN_MAX), 1e4);
      this.#learn(features, score - predicted, predicted * (1 - predicted), weight);
    }
    const error = weight * (score - predicted);
    for (const [name, screened] of this.#screened) {
      const value = features[name] ?? 0;
      if (value === 0) continue;
      screened.score = rounded(screened.score + error * value, 1e2);
      screened.variance = rounded(screened.variance + error * error * value * value, 1e2);
    }
    if (this.#outcomes % ROUND === 0) this.#admit(features);
  }

  save(): FeatureEffectState {
    return {
      names: this.#names,
      slopes: [...this.#slopes],
      covariance: [...this.#covariance],
      gain: this.#gain,
      outcomes: this.#outcomes,
      screened: [...this.#screened].map(([name, { score, variance }]) => [name, score, variance]),
    };
  }

  #share(): number {
    return sigmoid(2 * (this.#gain + this.#others.gainOfOthers(this.#gain) - GAIN_NEEDED));
  }

  /** The first features met take the free places at once; where there are more, they are screened. */
  #meet(features: ScaledFeatures): void {
    if (this.#names.length + this.#screened.size >= ACTIVE_FEATURES_MAX + SCREENED_MAX) return;
    for (const name of Object.keys(features)) {
      if (name in Object.prototype) continue;
      if (this.#names.includes(name) || this.#screened.has(name) || name.length > NAME_LENGTH_MAX) continue;
      if (this.#names.length < ACTIVE_FEATURES_MAX) this.#take(name, this.#names.length);
      else if (this.#screened.size < SCREENED_MAX) this.#screened.set(name, { score: 0, variance: 0 });
    }
  }

  #take(name: string, place: number): void {
    const names = [...this.#names];
    names[place] = name;
    this.#names = this.#others.namesAs(names);
    this.#slopes[place] = 0;
    for (let other = 0; other < names.length; other++) this.#covariance[cornerOf(place, other)] = 0;
    this.#covariance[cornerOf(place, place)] = SLOPE_VARIANCE;
  }

  /** Extended Kalman step of the logistic regression, on all slopes together. */
  #learn(features: ScaledFeatures, error: number, information: number, weight: number): void {
    const size = this.#names.length;
    const direction = zeros(size);
    let variance = 0;
    for (let row = 0; row < size; row++) {
      let sum = 0;
      for (let column = 0; column < size; column++) {
        sum += (this.#covariance[cornerOf(row, column)] ?? 0) * (features[this.#names[column] ?? ""] ?? 0);
      }
      direction[row] = sum;
      variance += sum * (features[this.#names[row] ?? ""] ?? 0);
    }
    const scale = weight / (1 + weight * information * variance);
    for (let row = 0; row < size; row++) {
      const step = direction[row] ?? 0;
      this.#slopes[row] = rounded((this.#slopes[row] ?? 0) + scale * step * error, 1e5);
      for (let column = 0; column <= row; column++) {
        const less = scale * information * step * (direction[column] ?? 0);
        const least = row === column ? 1e-4 : -Infinity;
        const at = cornerOf(row, column);
        this.#covariance[at] = Math.max(least, rounded((this.#covariance[at] ?? 0) - less, 1e6));
      }
    }
  }

  /** The strongest screened feature takes the place of the weakest; the hopeless ones make room for others. */
  #admit(features: ScaledFeatures): void {
    let best: string | undefined;
    let strongest = ADMITTED_FROM;
    for (const [name, { score, variance }] of this.#screened) {
      const z = (score * score) / Math.max(variance, 1);
      if (z > strongest) [best, strongest] = [name, z];
      else if (z < 0.5 && this.#screened.size >= SCREENED_MAX && this.#outcomes % (4 * ROUND) === 0) {
        this.#screened.delete(name);
      }
    }
    const place = best === undefined ? -1 : this.#weakest();
    if (best !== undefined && place >= 0) {
      this.#screened.delete(best);
      this.#take(best, place);
    }
    if (this.#screened.size < SCREENED_MAX) this.#refill(features);
  }

  /** Features not looked at lately come first: the names are walked in a circle. */
  #refill(features: ScaledFeatures): void {
    const names = Object.keys(features);
    const from = Math.floor(this.#outcomes / (4 * ROUND)) * SCREENED_MAX;
    for (let step = 0; step < names.length && this.#screened.size < SCREENED_MAX; step++) {
      const name = names[(from + step) % names.length] ?? "";
      if (!this.#names.includes(name) && !(name in Object.prototype) && name.length <= NAME_LENGTH_MAX)
        this.#screened.set(name, this.#screened.get(name) ?? { score: 0, variance: 0 });
    }
  }

  #weakest(): number {
    if (this.#names.length < ACTIVE_FEATURES_MAX) return this.#names.length;
    let place = -1;
    let least = WEAK_BELOW;
    this.#slopes.forEach((slope, index) => {
      const z = (slope * slope) / Math.max(1e-4, this.#covariance[cornerOf(index, index)] ?? 0);
      if (z < least) [place, least] = [index, z];
    });
    return place;
  }

  #full(features: ScaledFeatures): Shift {
    const size = this.#names.length;
    for (let at = 0; at < size; at++) values[at] = features[this.#names[at] ?? ""] ?? 0;
    let shift = 0;
    let variance = 0;
    for (let row = 0; row < size; row++) {
      const value = values[row] ?? 0;
      if (value === 0) continue;
      shift += value * (this.#slopes[row] ?? 0);
      const corner = cornerOf(row, 0);
      let sum = ((this.#covariance[corner + row] ?? 0) * value) / 2;
      for (let column = 0; column < row; column++) {
        sum += (values[column] ?? 0) * (this.#covariance[corner + column] ?? 0);
      }
      variance += 2 * value * sum;
    }
    return { shift, variance: Math.max(0, variance) };
  }
}

/** Where the covariance of two slopes stands in the triangle. */
function cornerOf(one: number, other: number): number {
  return one >= other ? (one * (one + 1)) / 2 + other : (other * (other + 1)) / 2 + one;
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}
