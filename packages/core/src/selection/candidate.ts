/** A pattern that serves a context, as choosing sees it. */

/** What is believed of a candidate; `Posterior` of the confidence model has this shape. */
export interface Belief {
  readonly mean: number;
  readonly deviation: number;
  readonly low: number;
  readonly high: number;
  readonly evidence: number;
  readonly tries: number;
  readonly offers: number;
  readonly doubt?: { readonly share: number; readonly mean: number; readonly deviation: number };
  readonly cost?: { readonly median: number };
}

/** Why a candidate is left out while there is one that says more about the context. */
export const FITS_LESS = "fits-less";

export interface Candidate {
  readonly pattern: string;
  readonly posterior: Belief;
  /** Why policy does not allow it, such as `missing-grant`; absent where it is allowed. */
  readonly refused?: string;
  /** What `refused` follows from, as a clause for a person, where that says more. */
  readonly because?: string;
}
