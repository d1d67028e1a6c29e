/** What the log keeps of a choice: enough to explain it, to learn from it, and to evaluate another policy offline. */

export interface RecordedCandidate {
  readonly pattern: string;
  /** Posterior mean and 95 % bounds, three digits. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** With which probability it was chosen, four digits or more. */
  readonly propensity: number;
  /** Median cost of its runs in dollars, three digits; absent where fewer than five have told one. */
  readonly costUsd?: number;
  /** `chosen`, `allowed`, `known-poor`, `fits-less`, or why policy refused it, such as `missing-grant`. */
  readonly reason: string;
  /** What the reason follows from, as a clause for a person, where that says more. */
  readonly because?: string;
}

/** A choice within 2 KB: at most 20 candidates, the rest counted by reason. */
export interface ChoiceRecord {
  /** Undefined where none was chosen. */
  readonly pattern?: string;
  /** One sentence for a person. */
  readonly reason: string;
  /** Whether other policies can be evaluated from it: not under a zero floor, nor in a try forced for certain. */
  readonly evaluable: boolean;
  /** A new pattern got one of its first tries. */
  readonly forced?: true;
  /**
   * What was done because nothing could be chosen as it stood, such as `least-poor`, or because what was chosen before
   * failed: `alternative`, `lighter` or `retry`.
   */
  readonly recovery?: string;
  readonly candidates: readonly RecordedCandidate[];
  /** How many more there were, by reason, and their propensity together. */
  readonly others?: { readonly counts: Readonly<Record<string, number>>; readonly propensity: number };
  /** Those among the others that are new, as many as there is room for: a new pattern is sure of some tries. */
  readonly alsoNew?: readonly string[];
}

/** The choice that a run began with. */
export interface RunChoice extends ChoiceRecord {
  /** The features of the context as they were read when the pattern was chosen; learning takes them from here. */
  readonly features?: Readonly<Record<string, number>>;
}
