/**
 * How a choice is written inside the entry of `run-started`: each candidate as a list instead of an object whose six
 * names take more room than what they say. Ten candidates so take half a KB instead of 1.1, which stays below what is
 * compressed.
 */
import type { RecordedCandidate, RunChoice } from "../../delegation/choice.ts";
import { isObject } from "./columns.ts";

/** Pattern, mean, low, high, propensity; then the reason, unless it is the usual one. One that says more stays as it is. */
type ShortCandidate = readonly [string, number, number, number, number, string?];

const USUAL = "allowed";

export function shortChoice(choice: RunChoice): object {
  return { ...choice, candidates: choice.candidates.map(shortCandidate) };
}

function shortCandidate(candidate: RecordedCandidate): ShortCandidate | RecordedCandidate {
  const { pattern, mean, low, high, propensity, reason, costUsd, because } = candidate;
  if (costUsd !== undefined || because !== undefined) return candidate;
  return reason === USUAL
    ? [pattern, mean, low, high, propensity]
    : [pattern, mean, low, high, propensity, reason];
}

/** The choice as it was, of one that was written short; anything else as it is. */
export function choiceIn(stored: unknown): unknown {
  if (!isObject(stored) || !Array.isArray(stored["candidates"])) return stored;
  const candidates: readonly unknown[] = stored["candidates"];
  return { ...stored, candidates: candidates.map(candidateIn) };
}

function candidateIn(stored: unknown): unknown {
  if (!Array.isArray(stored)) return stored;
  const columns: readonly unknown[] = stored;
  const [pattern, mean, low, high, propensity, reason = USUAL] = columns;
  return { pattern, mean, low, high, propensity, reason };
}
