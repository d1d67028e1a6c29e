/** What one choice and one learned outcome cost, in this process, without a run around them. */
import { choose, createConfidence, seededRandom } from "reeve";
import { chance, type Chance } from "./chance.ts";

const CANDIDATES = 10;
const FEATURES = 8;
const DOMAINS = 10;
const LEARNED = 20_000;
const MEASURED = 20_000;

export interface Micros {
  readonly p50: number;
  readonly p99: number;
}

export interface ChoosingCost {
  /** Scaling the features, ten posteriors, the choice. */
  readonly choose: Micros;
  /** What an ended run adds: the outcome, and the choice that was made before it. */
  readonly learn: Micros;
}

/** @param known patterns the confidence knows; each choice is among ten of them. */
export function measureChoosing(known: number): ChoosingCost {
  const confidence = createConfidence();
  const draws = chance(11);
  const random = seededRandom(12);
  const groups = Math.max(1, Math.floor(known / CANDIDATES));
  const chooseMicros = new Float64Array(MEASURED);
  const learnMicros = new Float64Array(MEASURED);
  // Each pattern has been seen before anything is measured.
  for (let pattern = 0; pattern < known; pattern++) {
    confidence.see({ pattern: nameOf(pattern), domain: "domain-0", score: 1 });
  }
  for (let task = 0; task < LEARNED + MEASURED; task++) {
    const domain = `domain-${draws.below(DOMAINS)}`;
    const raw = features(draws);
    const first = CANDIDATES * draws.below(groups);
    const offered = Array.from({ length: CANDIDATES }, (_, index) => nameOf(first + index));
    const startedAt = performance.now();
    const scaled = confidence.scale(raw);
    const candidates = offered.map((pattern) => ({
      pattern,
      posterior: confidence.posterior(pattern, domain, scaled),
    }));
    const pattern = choose({ candidates, random }).pattern ?? "";
    const chosenAt = performance.now();
    confidence.meet(raw);
    confidence.chose({ pattern, domain, offered });
    const score = succeeds(offered.indexOf(pattern), raw, draws) ? 1 : 0;
    confidence.see({ pattern, domain, features: scaled, score });
    const learnedAt = performance.now();
    if (task < LEARNED) continue;
    chooseMicros[task - LEARNED] = 1_000 * (chosenAt - startedAt);
    learnMicros[task - LEARNED] = 1_000 * (learnedAt - chosenAt);
  }
  return { choose: quantiles(chooseMicros), learn: quantiles(learnMicros) };
}

export function nameOf(pattern: number): string {
  return `team-${Math.floor(pattern / 100)}.pattern-${pattern}`;
}

function features(draws: Chance): Record<string, number> {
  const raw: Record<string, number> = {};
  for (let feature = 0; feature < FEATURES; feature++) raw[`feature-${feature}`] = draws.normal();
  return raw;
}

/** Every feature matters to every pattern, so that as many as may be are active. */
function succeeds(place: number, raw: Readonly<Record<string, number>>, draws: Chance): boolean {
  let logit = 0;
  for (let feature = 0; feature < FEATURES; feature++) {
    logit += ((place + feature) % 2 === 0 ? 0.5 : -0.5) * (raw[`feature-${feature}`] ?? 0);
  }
  return draws.next() < 1 / (1 + Math.exp(-logit));
}

function quantiles(values: Float64Array): Micros {
  const sorted = values.toSorted();
  const at = (share: number): number => sorted[Math.floor(share * sorted.length)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
