/** All that is known of one pattern: its memory, what features add, how often it was asked. */
import { bounds } from "../score-interval.ts";
import type { Correction, MadeChoice, SeenOutcome } from "./evidence.ts";
import { freshBelief, type Margins } from "./cell.ts";
import { FeatureEffect, noShift, type FeatureEffectState } from "./feature-effect.ts";
import type { ScaledFeatures } from "./feature-scale.ts";
import { clamp, logit, sigmoid } from "./logistic.ts";
import { PatternMemory, type PatternMemoryState } from "./pattern-memory.ts";
import type { Population } from "./population.ts";
import { PendingRuns, type PendingRunsState } from "./pending-runs.ts";
import { withDoubt, type Posterior } from "./posterior.ts";
import { PrincipalWeights, type PrincipalWeightsState } from "./principal-weights.ts";
import { QuantileSketch, type QuantileSketchState } from "./quantile-sketch.ts";

export interface PatternConfidenceState {
  readonly memory: PatternMemoryState;
  readonly features: FeatureEffectState;
  readonly chosen: number;
  readonly offers: number;
  /** Absent where it is 0. */
  readonly givenBack?: number;
  readonly durations: QuantileSketchState;
  readonly costs: QuantileSketchState;
  readonly principals: PrincipalWeightsState;
}

/** A posterior while it is put together. */
type Told = { -readonly [Key in keyof Posterior]: Posterior[Key] };

const everyone = { weight: 1, speaker: 0 };

/** Tries that told nothing and are given back; a pattern that every task is refused by must not be forced for ever. */
const GIVEN_BACK_MAX = 3;

/** Doubt below this share changes no choice and is left out. */
const DOUBT_SHOWN_FROM = 0.005;

export class PatternConfidence {
  readonly #memory: PatternMemory;
  readonly #features: FeatureEffect;
  readonly #population: Population;
  /** Absent until a run told one, as most never tell a cost. */
  #durations: QuantileSketch | undefined;
  #costs: QuantileSketch | undefined;
  readonly #principals: PrincipalWeights;
  readonly #pending: PendingRuns;
  #chosen = 0;
  #offers = 0;
  #givenBack = 0;

  constructor(
    population: Population,
    margins: Margins,
    state?: PatternConfidenceState,
    pending?: PendingRunsState,
  ) {
    this.#population = population;
    this.#memory = new PatternMemory(population, margins, state?.memory);
    this.#features = new FeatureEffect(population, state?.features);
    this.#durations = sketchFrom(state?.durations);
    this.#costs = sketchFrom(state?.costs);
    this.#principals = new PrincipalWeights(state?.principals);
    this.#pending = new PendingRuns(pending);
    this.#chosen = state?.chosen ?? 0;
    this.#offers = state?.offers ?? 0;
    this.#givenBack = state?.givenBack ?? 0;
  }

  get tries(): number {
    return Math.max(this.#chosen, this.#memory.outcomes);
  }

  get domains(): readonly string[] {
    return this.#memory.domains;
  }

  choose({ domain = "", id, at }: MadeChoice): void {
    this.#chosen++;
    if (id !== undefined && at !== undefined) this.#pending.begin({ id, domain, at });
  }

  offer(): void {
    if (this.tries < 3) this.#offers++;
  }

  /** A choice whose run was refused or cancelled was no try: nothing came of it. */
  dismiss(id: string): void {
    if (!this.#pending.end(id) || this.#givenBack >= GIVEN_BACK_MAX || this.#chosen === 0) return;
    this.#chosen--;
    this.#givenBack++;
  }

  see(outcome: SeenOutcome): void {
    const { domain = "", features, id, durationMs, cost, principal } = outcome;
    if (id !== undefined) this.#pending.end(id);
    if (durationMs !== undefined) (this.#durations ??= new QuantileSketch()).add(durationMs);
    if (cost !== undefined) (this.#costs ??= new QuantileSketch()).add(cost);
    const { weight, speaker } = principal === undefined ? everyone : this.#principals.admit(principal);
    if (weight === 0) return;
    const score = clamp(outcome.score, 0, 1);
    const plain = this.#memory.believe(domain).mean;
    const { shift } = this.#features.shift(features);
    const predicted = shift === 0 ? plain : sigmoid(logit(plain) + shift);
    const gainBefore = this.#features.gain;
    this.#features.see(features, plain, score, weight);
    this.#population.gained(this.#features.gain - gainBefore);
    this.#memory.see({
      domain,
      score,
      weight,
      speaker,
      predicted,
      plainScore: score - (predicted - plain),
    });
  }

  /** What features added to the prediction at the time is not known any more, and stays. */
  correct({ domain = "", principal, ...given }: Correction): void {
    const score = clamp(given.score, 0, 1);
    const before = clamp(given.before, 0, 1);
    if (score === before) return;
    const { weight, speaker } = principal === undefined ? everyone : this.#principals.admit(principal);
    if (weight === 0) return;
    const predicted = this.#memory.believe(domain).mean;
    this.#memory.correct(domain, { score, before, weight, speaker, predicted });
  }

  posterior(domain: string, features: ScaledFeatures | undefined, now: number | undefined): Posterior {
    const durationMs = this.#durations?.spread();
    const failures =
      now === undefined || durationMs === undefined ? 0 : this.#pending.overdue(domain, now, durationMs.p95);
    const believed = this.#memory.believe(domain, failures);
    const added = this.#features.shift(features);
    let { mean, variance } = believed;
    if (added !== noShift) {
      // The mean over what is not known of the slopes (MacKay 1992): closer to one half than the mean slope's.
      const moved = sigmoid((logit(mean) + added.shift) / Math.sqrt(1 + (Math.PI / 8) * added.variance));
      const slope = moved * (1 - moved);
      variance = variance * (slope / Math.max(1e-3, mean * (1 - mean))) ** 2 + slope * slope * added.variance;
      mean = moved;
    }
    let doubt: Posterior["doubt"];
    if (believed.doubt > DOUBT_SHOWN_FROM && believed.cell) {
      const fresh = freshBelief(believed.cell, this.#population.expected(domain));
      doubt = { share: believed.doubt, ...fresh };
      const share = Math.max(0, 2 * believed.doubt - 1);
      mean += share * (fresh.mean - mean);
    }
    const deviation = Math.sqrt(variance);
    const { low, high } = withDoubt(bounds(mean, deviation, 1.96), doubt);
    const cost = this.#costs?.spread();
    // Each choice asks for this of every candidate: assigning costs a tenth of spreading.
    const posterior: Told = {
      mean,
      deviation,
      low,
      high,
      evidence: believed.evidence,
      tries: this.tries,
      offers: this.#offers,
    };
    if (doubt) posterior.doubt = doubt;
    if (durationMs) posterior.durationMs = durationMs;
    if (cost) posterior.cost = cost;
    return posterior;
  }

  forget(): void {
    this.#population.gained(-this.#features.gain);
    this.#memory.forget();
  }

  /** Choices still running: not learned yet, and as many as there are. */
  savePending(): PendingRunsState {
    return this.#pending.save();
  }

  save(): PatternConfidenceState {
    return {
      memory: this.#memory.save(),
      features: this.#features.save(),
      chosen: this.#chosen,
      offers: this.#offers,
      ...(this.#givenBack > 0 && { givenBack: this.#givenBack }),
      durations: this.#durations?.save() ?? [],
      costs: this.#costs?.save() ?? [],
      principals: this.#principals.save(),
    };
  }
}

function sketchFrom(state: QuantileSketchState | undefined): QuantileSketch | undefined {
  return state && state.length > 0 ? new QuantileSketch(state) : undefined;
}
