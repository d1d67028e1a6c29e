/**
 * Task sets made from a seed. The bundled one stands in where no recording is given: arms differ by domain and a
 * little by features; in the other one the features tell more than anything else.
 */
import { chance, type Chance } from "./chance.ts";
import type { TaskSet } from "./task-set.ts";

interface Shape {
  readonly name: string;
  readonly tasks: number;
  readonly arms: number;
  readonly domains: number;
  readonly features: number;
  /** Deviations, on the logit scale. */
  readonly armEffect: number;
  readonly domainEffect: number;
  readonly featureEffect: number;
}

export function bundledSet(seed = 7): TaskSet {
  const shape = { name: "synthetic", tasks: 4_000, arms: 8, domains: 10, features: 3 };
  return makeSet({ ...shape, armEffect: 0.6, domainEffect: 0.6, featureEffect: 0.1 }, seed);
}

/** Every arm has its own weights for 4 features, which tell more than the domain: LinUCB wins by about .13. */
export function featureSet(seed: number): TaskSet {
  const shape = { name: "features matter", tasks: 4_000, arms: 5, domains: 3, features: 4 };
  return makeSet({ ...shape, armEffect: 0.3, domainEffect: 0.3, featureEffect: 0.45 }, seed);
}

function makeSet(shape: Shape, seed: number): TaskSet {
  const draws = chance(seed);
  const normals = (size: number, deviation: number): Float64Array =>
    Float64Array.from({ length: size }, () => deviation * draws.normal());
  const domainLevel = normals(shape.domains, shape.domainEffect);
  const armLevel = normals(shape.arms, shape.armEffect);
  const cellLevel = normals(shape.arms * shape.domains, shape.domainEffect);
  const weights = normals(shape.arms * shape.features, shape.featureEffect);
  const domainOf = new Int32Array(shape.tasks);
  const featureOf = new Float32Array(shape.tasks * shape.features);
  const rewardOf = new Float64Array(shape.tasks * shape.arms);
  for (let task = 0; task < shape.tasks; task++) {
    // As in a recording, tasks come sorted by domain.
    const domain = Math.floor((task * shape.domains) / shape.tasks);
    domainOf[task] = domain;
    for (let feature = 0; feature < shape.features; feature++) {
      featureOf[task * shape.features + feature] = draws.normal();
    }
    for (let arm = 0; arm < shape.arms; arm++) {
      let level = (domainLevel[domain] ?? 0) + (armLevel[arm] ?? 0);
      level += cellLevel[arm * shape.domains + domain] ?? 0;
      for (let feature = 0; feature < shape.features; feature++) {
        const value = featureOf[task * shape.features + feature] ?? 0;
        level += (weights[arm * shape.features + feature] ?? 0) * value;
      }
      rewardOf[task * shape.arms + arm] = succeeds(level, draws) ? 1 : 0;
    }
  }
  return {
    name: shape.name,
    arms: names("arm", shape.arms),
    domains: names("domain", shape.domains),
    features: names("feature", shape.features),
    size: shape.tasks,
    domainOf,
    featureOf,
    rewardOf,
  };
}

function succeeds(logit: number, draws: Chance): boolean {
  return draws.next() < 1 / (1 + Math.exp(-logit));
}

function names(kind: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);
}
