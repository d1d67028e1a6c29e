/**
 * Whether another policy can be judged from the probabilities that choices record: inverse propensity estimates against
 * the known truth of a simulation.
 */
import { chance } from "./chance.ts";
import { inversePropensity } from "./inverse-propensity.ts";
import { startReeve } from "./reeve-policy.ts";
import { domainAt, rewardAt, type TaskSet } from "./task-set.ts";

const TASKS = 10_000;
const DOMAINS = ["letters", "orders", "reports"];
const ARMS = ["careful", "cheap", "fast", "usual"];

export interface OffPolicyFigures {
  readonly simulations: number;
  /** Per policy that is judged: in how many simulations the interval held the truth, and its mean half-width. */
  readonly judged: readonly {
    readonly name: string;
    readonly covered: number;
    readonly halfWidth: number;
  }[];
}

/** Probability of each arm in a domain. */
type Target = (domain: number) => readonly number[];

export function measureOffPolicy(simulations: number): OffPolicyFigures {
  const tallies = new Map<string, { covered: number; halfWidth: number }>();
  for (let seed = 0; seed < simulations; seed++) {
    for (const { name, holds, halfWidth } of simulate(seed)) {
      const tally = tallies.get(name) ?? { covered: 0, halfWidth: 0 };
      if (holds) tally.covered++;
      tally.halfWidth += halfWidth / simulations;
      tallies.set(name, tally);
    }
  }
  return { simulations, judged: [...tallies].map(([name, tally]) => ({ name, ...tally })) };
}

interface Judged {
  readonly name: string;
  readonly holds: boolean;
  readonly halfWidth: number;
}

function simulate(seed: number): readonly Judged[] {
  const { set, rates } = world(seed);
  const targets = targetsOf(rates);
  const rewards = new Float64Array(set.size);
  const weights = targets.map(() => new Float64Array(set.size));
  const truths = targets.map(() => 0);
  const policy = startReeve(set, seed + 77_000);
  for (let task = 0; task < set.size; task++) {
    const arm = policy.choose(task);
    const reward = rewardAt(set, task, arm);
    const propensity = policy.probabilities()[arm] ?? 0;
    rewards[task] = reward;
    policy.learn(task, arm, reward);
    const domain = domainAt(set, task);
    for (const [index, { target }] of targets.entries()) {
      const shares = target(domain);
      const weight = (shares[arm] ?? 0) / propensity;
      weights[index]?.fill(weight, task, task + 1);
      const truth = shares.reduce((sum, share, each) => sum + share * (rates[domain]?.[each] ?? 0), 0);
      truths[index] = (truths[index] ?? 0) + truth / set.size;
    }
  }
  return targets.map(({ name }, index) => {
    const { mean, halfWidth } = inversePropensity(weights[index] ?? new Float64Array(0), rewards);
    return { name, holds: Math.abs(mean - (truths[index] ?? 0)) <= halfWidth, halfWidth };
  });
}

function targetsOf(
  rates: readonly (readonly number[])[],
): readonly { readonly name: string; readonly target: Target }[] {
  const always = (chosen: number): readonly number[] => ARMS.map((_, arm) => (arm === chosen ? 1 : 0));
  const bests = rates.map((row) => always(row.indexOf(Math.max(...row))));
  return [
    { name: "best pattern per domain", target: (domain) => bests[domain] ?? [] },
    { name: "all patterns alike", target: () => ARMS.map(() => 1 / ARMS.length) },
    { name: "always one pattern", target: () => always(0) },
  ];
}

function world(seed: number): { readonly set: TaskSet; readonly rates: readonly (readonly number[])[] } {
  const draws = chance(seed + 900_000);
  const rates = DOMAINS.map(() => ARMS.map(() => 0.3 + 0.6 * draws.next()));
  const domainOf = Int32Array.from({ length: TASKS }, () => draws.below(DOMAINS.length));
  const rewardOf = Float64Array.from({ length: TASKS * ARMS.length }, (_, cell) => {
    const domain = domainOf[Math.floor(cell / ARMS.length)] ?? 0;
    return draws.next() < (rates[domain]?.[cell % ARMS.length] ?? 0) ? 1 : 0;
  });
  const shape = { name: "off-policy", arms: ARMS, domains: DOMAINS, features: [], size: TASKS };
  return { set: { ...shape, domainOf, featureOf: new Float32Array(0), rewardOf }, rates };
}
