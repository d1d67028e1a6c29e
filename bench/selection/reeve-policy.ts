/** The policy under test: Reeve's own confidence and choice, called as the runtime calls them. */
import {
  choose,
  createConfidence,
  seededRandom,
  type Choice,
  type ChoosePreset,
  type Confidence,
  type ConfidenceOptions,
} from "reeve";
import type { Policy, PolicyKind } from "./policy.ts";
import { meanOf } from "./replay.ts";
import { domainAt, featureAt, wasTried, type TaskSet } from "./task-set.ts";

export interface ReeveOptions {
  readonly name?: string;
  readonly confidence?: ConfidenceOptions;
  readonly preset?: ChoosePreset;
  /** Share of failures over the last 50 runs above which exploring stops. @default 1 (never) */
  readonly errorTolerance?: number;
}

const RECENT_RUNS = 50;

export interface ReevePolicy extends Policy {
  readonly confidence: Confidence;
  /** Of the last choice, arm by arm. */
  probabilities(): readonly number[];
}

export function reeve(options: ReeveOptions = {}): PolicyKind {
  return {
    name: options.name ?? "reeve",
    learns: true,
    domainAware: true,
    start: (set, seed) => startReeve(set, seed, options),
  };
}

export function startReeve(set: TaskSet, seed: number, options: ReeveOptions = {}): ReevePolicy {
  const confidence = createConfidence(options.confidence);
  const random = seededRandom(seed);
  const armOf = new Map(set.arms.map((arm, index) => [arm, index]));
  let features: Readonly<Record<string, number>> = {};
  let expected = Number.NaN;
  let last: Choice | undefined;
  const recent = new Float64Array(RECENT_RUNS).fill(1);
  let runs = 0;
  return {
    confidence,
    probabilities: () => last?.probabilities ?? [],
    expected: () => expected,
    choose(task) {
      const domain = set.domains[domainAt(set, task)] ?? "";
      const raw = rawFeatures(set, task);
      features = confidence.scale(raw);
      confidence.meet(raw);
      const candidates = set.arms.map((pattern, arm) => {
        const posterior = confidence.posterior(pattern, domain, features);
        return wasTried(set, task, arm)
          ? { pattern, posterior }
          : { pattern, posterior, refused: "not-tried" };
      });
      const allowed = candidates.filter((candidate) => !("refused" in candidate));
      const failures = 1 - meanOf(recent);
      const explore = failures <= (options.errorTolerance ?? 1);
      last = choose({ candidates, random, explore, ...(options.preset && { preset: options.preset }) });
      // Where every arm is known to be below the threshold, the replay's minimal pattern is the least poor of them.
      const minimal = (): string =>
        allowed.reduce((left, right) => (right.posterior.mean > left.posterior.mean ? right : left)).pattern;
      const pattern = last.pattern ?? minimal();
      const arm = armOf.get(pattern) ?? 0;
      expected = candidates[arm]?.posterior.mean ?? Number.NaN;
      confidence.chose({ pattern, domain, offered: allowed.map((candidate) => candidate.pattern) });
      return arm;
    },
    learn(task, arm, reward) {
      const domain = set.domains[domainAt(set, task)] ?? "";
      confidence.see({ pattern: set.arms[arm] ?? "", domain, features, score: reward });
      recent[runs++ % RECENT_RUNS] = reward;
    },
  };
}

/** A feature that is missing is undefined, as an absent attribute is. */
function rawFeatures(set: TaskSet, task: number): Record<string, number | undefined> {
  const raw: Record<string, number | undefined> = {};
  for (const [feature, name] of set.features.entries()) {
    const value = featureAt(set, task, feature);
    raw[name] = Number.isNaN(value) ? undefined : value;
  }
  return raw;
}
