/**
 * Linear baselines with one model per arm: LinUCB (Li, Chu, Langford, Schapire 2010) and LinTS (Agrawal and Goyal
 * 2013). Ridge regression is kept by Sherman and Morrison's formula, so an update costs width² and nothing is inverted;
 * a context has few cells that are not 0, so a score costs their square.
 *
 * With one model per arm, drawing the score itself from its normal distribution equals drawing the weights.
 */
import { chance } from "./chance.ts";
import { best } from "./fixed.ts";
import { linearContext, type LinearContext } from "./linear-context.ts";
import type { PolicyKind } from "./policy.ts";
import { domainAt, type TaskSet } from "./task-set.ts";

/** LinTS: deviation of its draws, in deviations of the estimate. */
const SAMPLING_WIDTH = 0.2;
/** LinUCB: how far above its estimate it looks, in the same unit; the best is taken in hindsight. */
export const alphas: readonly number[] = [0.1, 0.3, 1];

export const lints: PolicyKind = linear("lints", (draws) => SAMPLING_WIDTH * draws.normal());

export function linucb(alpha: number): PolicyKind {
  return linear("linucb", () => alpha);
}

function linear(name: string, width: (draws: { normal(): number }) => number): PolicyKind {
  return {
    name,
    learns: true,
    domainAware: true,
    start(set, seed) {
      const draws = chance(seed);
      const context = linearContext(set);
      const models = set.arms.map(() => ridge(context.width));
      const vector = sparse(set, context);
      let expected = Number.NaN;
      return {
        choose(task) {
          vector.read(task);
          const arm = best(set, task, (arm) => {
            const model = models[arm];
            if (model === undefined) return 0;
            return (
              model.mean(vector) + width(draws) * Math.sqrt(model.variance(vector)) + draws.next() * 1e-9
            );
          });
          expected = Math.max(0, Math.min(1, models[arm]?.mean(vector) ?? 0));
          return arm;
        },
        expected: () => expected,
        learn(task, arm, reward) {
          vector.read(task);
          models[arm]?.learn(vector, reward);
        },
      };
    },
  };
}

/** A context as its cells that are not 0. */
interface Sparse {
  readonly cells: Int32Array;
  readonly values: Float64Array;
  read(task: number): void;
}

function sparse(set: TaskSet, { features, values: scaled }: LinearContext): Sparse {
  const cells = Int32Array.from({ length: features + 2 }, (_, index) => index);
  const values = new Float64Array(features + 2);
  values[0] = 1;
  values[features + 1] = 1;
  return {
    cells,
    values,
    read(task) {
      for (let feature = 0; feature < features; feature++) {
        values[1 + feature] = scaled[task * features + feature] ?? 0;
      }
      cells[features + 1] = 1 + features + domainAt(set, task);
    },
  };
}

interface Ridge {
  mean(context: Sparse): number;
  variance(context: Sparse): number;
  learn(context: Sparse, reward: number): void;
}

function ridge(width: number): Ridge {
  const weights = new Float64Array(width);
  const inverse = new Float64Array(width * width);
  for (let cell = 0; cell < width; cell++) inverse[cell * width + cell] = 1;
  const turned = new Float64Array(width);

  const mean = ({ cells, values }: Sparse): number => {
    let sum = 0;
    for (let index = 0; index < cells.length; index++) {
      sum += (weights[cells[index] ?? 0] ?? 0) * (values[index] ?? 0);
    }
    return sum;
  };
  /** inverse × context. */
  const turn = ({ cells, values }: Sparse): void => {
    turned.fill(0);
    for (let index = 0; index < cells.length; index++) {
      const from = (cells[index] ?? 0) * width;
      const value = values[index] ?? 0;
      for (let cell = 0; cell < width; cell++) {
        turned[cell] = (turned[cell] ?? 0) + value * (inverse[from + cell] ?? 0);
      }
    }
  };
  const variance = ({ cells, values }: Sparse): number => {
    let sum = 0;
    for (let left = 0; left < cells.length; left++) {
      const from = (cells[left] ?? 0) * width;
      let row = 0;
      for (let right = 0; right < cells.length; right++) {
        row += (inverse[from + (cells[right] ?? 0)] ?? 0) * (values[right] ?? 0);
      }
      sum += row * (values[left] ?? 0);
    }
    return Math.max(0, sum);
  };
  return {
    mean,
    variance,
    learn(context, reward) {
      turn(context);
      const off = reward - mean(context);
      const scale = 1 / (1 + variance(context));
      for (let row = 0; row < width; row++) {
        const times = (turned[row] ?? 0) * scale;
        weights[row] = (weights[row] ?? 0) + times * off;
        if (times === 0) continue;
        const from = row * width;
        for (let cell = 0; cell < width; cell++) {
          inverse[from + cell] = (inverse[from + cell] ?? 0) - times * (turned[cell] ?? 0);
        }
      }
    },
  };
}
