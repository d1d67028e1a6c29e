/**
 * Confidence: how likely a pattern is to succeed in a context, learned from outcomes. This file owns the public shapes
 * and the order in which an outcome reaches the memories; the statistics live beside it (pattern-memory, cell,
 * strength, feature-effect). It reads no clock and draws no chance: the same calls give the same state.
 *
 * Invariants: (1) `posterior`, `scale` and `save` change nothing; (2) `restoreConfidence(save())` goes on exactly
 * as the original would; (3) what is learned of one pattern stays within 4 KB of JSON.
 */
import {
  FeatureScale,
  type FeatureScaleState,
  type RawFeatures,
  type ScaledFeatures,
} from "./feature-scale.ts";
import { PatternConfidence, type PatternConfidenceState } from "./pattern-confidence.ts";
import type { Correction, MadeChoice, SeenOutcome } from "./evidence.ts";
import type { PendingRunsState } from "./pending-runs.ts";
import type { Margins } from "./cell.ts";
import { Population, type PopulationState } from "./population.ts";
import type { Posterior } from "./posterior.ts";

/** How fast beliefs follow what happens lately; see `ConfidenceOptions`. */
type MemoryName = "eager" | "steady" | "conservative" | "unchanging";

export interface ConfidenceOptions {
  /**
   * `eager` believes in a change sooner (margin 8), `steady` asks for more (11), `conservative` for still more (12):
   * natural logarithms of the likelihood ratio by which the short memory has to win. `unchanging` never does; it
   * shows what following changes costs.
   * @default "steady"
   */
  readonly memory?: MemoryName;
  /** What holds in place of `memory` in a domain; changes of whole patterns are found by `memory`. @default the same everywhere */
  readonly memoryIn?: (domain: string) => MemoryName;
}

export interface Confidence {
  /** Counts a context: the scale of its features is learned from all contexts, whatever is chosen for them. */
  meet(features: RawFeatures): void;
  /** The features as the model reads them: what a choice freezes into its event. */
  scale(features: RawFeatures): ScaledFeatures;
  /** Learns from one outcome. Call it once per execution. */
  see(outcome: SeenOutcome): void;
  /** Learns better of an outcome that was seen before: moves what it taught, and counts no execution. */
  correct(correction: Correction): void;
  /** Notes a choice that is now carried out. */
  chose(choice: MadeChoice): void;
  /** Forgets a choice without learning from it (cancelled, rejected, stranded). */
  dismiss(pattern: string, id: string): void;
  /** @param at epoch milliseconds; without it, choices still running do not count as provisional failures. */
  posterior(pattern: string, domain?: string, features?: ScaledFeatures, at?: number): Posterior;
  /** The patterns something is known of. */
  patterns(): readonly string[];
  /** Those in which something is known of the pattern. */
  domains(pattern: string): readonly string[];
  forget(pattern: string): void;
  /** The state as JSON values, to checkpoint the fold. */
  save(): ConfidenceState;
}

export interface ConfidenceState {
  readonly version: 1;
  readonly scale: FeatureScaleState;
  readonly population: PopulationState;
  readonly patterns: { readonly [pattern: string]: PatternConfidenceState };
  /** Choices still running, of patterns that have any. */
  readonly pending: { readonly [pattern: string]: PendingRunsState };
}

export function createConfidence(options: ConfidenceOptions = {}): Confidence {
  return restoreConfidence(undefined, options);
}

/** Goes on from a state that `save` gave. */
export function restoreConfidence(
  state: ConfidenceState | undefined,
  options: ConfidenceOptions = {},
): Confidence {
  const { memory = "steady", memoryIn } = options;
  const usual = marginOf[memory];
  const margins: Margins = { usual, in: memoryIn ? (domain) => marginOf[memoryIn(domain)] : () => usual };
  const scale = new FeatureScale(state?.scale);
  const population = new Population(state?.population);
  const pending = new Map(Object.entries(state?.pending ?? {}));
  const known = new Map<string, PatternConfidence>();
  for (const [pattern, saved] of Object.entries(state?.patterns ?? {})) {
    known.set(pattern, new PatternConfidence(population, margins, saved, pending.get(pattern)));
  }
  const of = (pattern: string): PatternConfidence => {
    let found = known.get(pattern);
    if (!found) known.set(pattern, (found = new PatternConfidence(population, margins)));
    return found;
  };
  return {
    meet: (features) => scale.meet(features),
    scale: (features) => scale.scale(features),
    see: (outcome) => of(outcome.pattern).see(outcome),
    correct: (correction) => known.get(correction.pattern)?.correct(correction),
    chose: (choice) => {
      for (const name of choice.offered ?? []) of(name).offer();
      of(choice.pattern).choose(choice);
    },
    dismiss: (pattern, id) => known.get(pattern)?.dismiss(id),
    posterior: (pattern, domain = "", features, at) =>
      (known.get(pattern) ?? new PatternConfidence(population, margins)).posterior(domain, features, at),
    patterns: () => [...known.keys()],
    domains: (pattern) => known.get(pattern)?.domains ?? [],
    forget: (pattern) => {
      known.get(pattern)?.forget();
      known.delete(pattern);
    },
    save: () => ({
      version: 1,
      scale: scale.save(),
      population: population.save(),
      patterns: Object.fromEntries([...known].map(([pattern, one]) => [pattern, one.save()])),
      pending: Object.fromEntries(
        [...known]
          .map(([pattern, one]) => [pattern, one.savePending()] as const)
          .filter(([, runs]) => runs.length),
      ),
    }),
  };
}

/** By how much the short memory has to win, as the natural logarithm of the likelihood ratio. */
const marginOf = { eager: 8, steady: 11, conservative: 12, unchanging: 1e9 } as const;
