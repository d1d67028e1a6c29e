/** Which new pattern is tried although the beliefs would not have it yet: nobody can earn trust without being asked. */
import type { Candidate } from "./candidate.ts";

/** Tries that a pattern is sure of, over all domains. */
const FORCED_TRIES_MAX = 3;
/** Choices within which a new pattern is tried, at least; twice the number of allowed candidates where that is more. */
const WITHIN_MIN = 20;

/**
 * The candidate to force, and with which probability. A new pattern is tried once within max(20, 2 × allowed)
 * choices for which it is allowed; a second and a third try follow within as many again. Most get there without
 * force: a wide belief is sampled often.
 */
export function forcedTry(
  eligible: readonly Candidate[],
  allowedCount: number,
): { readonly at: number; readonly share: number } | undefined {
  const within = Math.max(WITHIN_MIN, 2 * allowedCount);
  let untried = 0;
  for (const { posterior } of eligible) if (posterior.tries === 0) untried++;
  let at = -1;
  let leastLeft = Infinity;
  eligible.forEach(({ posterior }, index) => {
    if (posterior.tries >= FORCED_TRIES_MAX) return;
    const left = within * (posterior.tries + 1) - posterior.offers;
    if (left < leastLeft) [at, leastLeft] = [index, left];
  });
  // The last moment at which all untried ones still get their turn, with room for draws that miss.
  if (leastLeft > untried + 2 || at < 0) return undefined;
  return { at, share: leastLeft <= Math.max(1, untried) ? 1 : 0.9 };
}
