/** What confidence learns from: outcomes, and choices that were made. */
import type { ScaledFeatures } from "./feature-scale.ts";

/** One ended run as evidence. */
export interface SeenOutcome {
  readonly pattern: string;
  /** @default "" (no domain) */
  readonly domain?: string;
  /** As `scale` gave them when the pattern was chosen. */
  readonly features?: ScaledFeatures;
  /** 0 (failed) to 1 (completed); between them what `verify` said. */
  readonly score: number;
  readonly durationMs?: number;
  /** In any one unit, such as euros. */
  readonly cost?: number;
  /** Who asked; the weight of one principal among several is capped. */
  readonly principal?: string;
  /** Settles what `chose` began under this id. */
  readonly id?: string;
}

/** A later judgement on an outcome that was seen before. */
export interface Correction {
  readonly pattern: string;
  /** @default "" */
  readonly domain?: string;
  /** What the outcome is worth after all, 0 to 1. */
  readonly score: number;
  /** What it was taken to be worth until now. */
  readonly before: number;
  /** Who says so; the weight of one principal among several is capped. */
  readonly principal?: string;
}

/** A choice that was carried out. */
export interface MadeChoice {
  readonly pattern: string;
  /** @default "" */
  readonly domain?: string;
  /** The patterns that were allowed, the chosen one among them; counts towards forced first tries. */
  readonly offered?: readonly string[];
  /** The run; with `at`, it counts as a provisional failure once it takes longer than the pattern's p95. */
  readonly id?: string;
  /** Epoch milliseconds. */
  readonly at?: number;
}
