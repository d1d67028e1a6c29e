/** Seeded draws for replays and baselines: uniform, normal, gamma, beta, and a shuffled order. */
import { seededRandom } from "reeve";

export interface Chance {
  /** In [0, 1). */
  next(): number;
  /** A whole number from 0 to `size` - 1. */
  below(size: number): number;
  /** Mean 0, deviation 1. */
  normal(): number;
  beta(successes: number, failures: number): number;
}

export function chance(seed: number): Chance {
  // The generator's first values of neighbouring seeds are alike; a few turns part them.
  const random = seededRandom(Math.imul(seed + 1, 0x9e3779b1));
  for (let turn = 0; turn < 8; turn++) random.next();
  const next = (): number => random.next();
  // Box and Muller 1958; 1 - u keeps the logarithm finite.
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

  /** Marsaglia and Tsang 2000; below shape 1 by their boost. */
  const gamma = (shape: number): number => {
    if (shape < 1) return gamma(shape + 1) * Math.max(next(), Number.MIN_VALUE) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  return {
    next,
    below: (size) => Math.floor(next() * size),
    normal,
    beta(successes, failures) {
      const wins = gamma(successes);
      return wins / (wins + gamma(failures));
    },
  };
}

/** 0 to `size` - 1 in the order of Fisher and Yates. */
export function shuffled(size: number, seed: number): Int32Array {
  const draws = chance(seed);
  const order = Int32Array.from({ length: size }, (_, index) => index);
  for (let last = size - 1; last > 0; last--) {
    const other = draws.below(last + 1);
    const kept = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}
