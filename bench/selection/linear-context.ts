/**
 * The context vector of the linear baselines: a constant, the features, one cell per domain. Features are scaled with
 * what is known of the whole file (a favour to these baselines): log(1 + x) where non-negative and skewed, then mean 0
 * and deviation 1; a missing value is 0.
 *
 * Limit: the cost of a linear arm grows with the square of the features. Beyond what the work allows they are replaced
 * by their leading principal components; at most `featuresMax` are kept.
 */
import { principalComponents } from "./principal-components.ts";
import { featureAt, type TaskSet } from "./task-set.ts";

/** Multiplications that one policy may spend on one replay. */
const WORK_MAX = 2e9;
const FEATURES = { min: 4, max: 64 };

export interface LinearContext {
  /** Cells of the vector: 1 + features kept + domains. */
  readonly width: number;
  /** Features kept, or components made of them. */
  readonly features: number;
  /** Task by task the scaled features. */
  readonly values: Float64Array;
}

/** One context per task set: it is the same for every seed. */
const known = new WeakMap<TaskSet, LinearContext>();

export function linearContext(set: TaskSet): LinearContext {
  const made = known.get(set);
  if (made !== undefined) return made;
  const context = makeContext(set);
  known.set(set, context);
  return context;
}

function makeContext(set: TaskSet): LinearContext {
  const all = scaled(set);
  const perArm = Math.sqrt(WORK_MAX / (set.size * set.arms.length));
  const features = Math.min(
    set.features.length,
    Math.max(FEATURES.min, Math.min(FEATURES.max, Math.floor(perArm))),
  );
  const values =
    features === set.features.length ? all : principalComponents(all, set.features.length, features);
  return { width: 1 + features + set.domains.length, features, values };
}

function scaled(set: TaskSet): Float64Array {
  const width = set.features.length;
  const values = new Float64Array(set.size * width);
  for (let feature = 0; feature < width; feature++) {
    const plain = Float64Array.from({ length: set.size }, (_, task) => featureAt(set, task, feature));
    const column = isSkewed(plain) ? plain.map((value) => Math.log1p(value)) : plain;
    const { mean, deviation } = spread(column);
    for (let task = 0; task < set.size; task++) {
      const value = ((column[task] ?? 0) - mean) / deviation;
      values[task * width + feature] = Number.isFinite(value) ? Math.max(-3, Math.min(3, value)) : 0;
    }
  }
  return values;
}

function isSkewed(column: Float64Array): boolean {
  const { mean, deviation } = spread(column);
  let third = 0;
  let count = 0;
  for (const value of column) {
    if (Number.isNaN(value)) continue;
    if (value < 0) return false;
    third += ((value - mean) / deviation) ** 3;
    count++;
  }
  return third / count > 1;
}

function spread(column: Float64Array): { readonly mean: number; readonly deviation: number } {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const value of column) {
    if (Number.isNaN(value)) continue;
    count++;
    const off = value - mean;
    mean += off / count;
    squares += off * (value - mean);
  }
  return { mean, deviation: Math.sqrt(squares / count) };
}
