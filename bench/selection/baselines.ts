/** All that Reeve is compared with, by the names that reports use. */
import {
  forcedDomain,
  forcedGlobal,
  shrunkGreedy,
  thompsonDomain,
  thompsonGlobal,
  ucbDomain,
} from "./counting.ts";
import { bestPerDomain, bestSingle, oracle, random } from "./fixed.ts";
import { alphas, lints, linucb } from "./linear.ts";
import type { PolicyKind } from "./policy.ts";

/** Where there is more than one, the best is taken in hindsight. */
export const baselines: readonly (readonly PolicyKind[])[] = [
  [random],
  [bestSingle],
  [bestPerDomain],
  [oracle],
  [thompsonGlobal],
  [thompsonDomain],
  [ucbDomain],
  [forcedGlobal],
  [forcedDomain],
  [shrunkGreedy],
  [lints],
  alphas.map((alpha) => linucb(alpha)),
];
