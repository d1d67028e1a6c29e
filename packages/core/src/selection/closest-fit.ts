/**
 * Among patterns that serve a context, those that say most about it go first: a pattern for `orders` is meant for an
 * order, one for everything is what is left when it can't. So learning orders the patterns that fit alike, and the next
 * ones have their turn where each of those is refused or known to be poor.
 */
import { FITS_LESS, type Candidate } from "./candidate.ts";

/** A candidate, and how closely it fits. */
export interface FittingCandidate extends Candidate {
  readonly fit: number;
}

/** @param candidates the best fitting first. Gives the same, those that fit less than the ones in turn refused. */
export function closestFit(candidates: readonly FittingCandidate[], threshold: number): readonly Candidate[] {
  const first = candidates.find(
    ({ refused, posterior }) => refused === undefined && posterior.high >= threshold,
  );
  const last = candidates.at(-1);
  if (!first || !last || last.fit === first.fit) return candidates;
  return candidates.map((candidate) =>
    candidate.fit < first.fit && candidate.refused === undefined
      ? { ...candidate, refused: FITS_LESS }
      : candidate,
  );
}
