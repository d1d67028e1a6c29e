/**
 * Chooses among candidates: policy has said which are allowed, learning orders those. Probabilities come first, the
 * draw follows, and both are recorded, so that another policy can be evaluated offline from the record.
 *
 * Pure: beliefs come as values, chance as a `Random`. What the choice leads to is the runtime's.
 */
import type { ChoiceRecord } from "../delegation/choice.ts";
import type { Random } from "../random.ts";
import type { Candidate } from "./candidate.ts";
import { forcedTry } from "./choose-forced.ts";
import { probabilitiesOf } from "./choose-probabilities.ts";
import { recordOf } from "./choose-record.ts";

/** How a choice weighs learning against what it has learned. */
export interface ChoosePreset {
  /** A pattern is passed over when it is known to be poorer: the upper 95 % bound is below. 0: off. @default 0 */
  readonly threshold?: number;
  /** Share of the posterior's standard deviation that is sampled: 0 always takes the best mean. @default 0.5 */
  readonly width?: number;
  /** Probability shared evenly by all allowed candidates; 0 forbids exploring. @default 0.01 */
  readonly floor?: number;
}

export interface ChooseRequest {
  readonly candidates: readonly Candidate[];
  /** Without it nothing is drawn: the most probable is taken, as for showing how a choice would go. */
  readonly random?: Random;
  readonly preset?: ChoosePreset;
  /** False where the principal or the error tolerance forbids exploring. @default true */
  readonly explore?: boolean;
}

export interface Choice {
  /** The chosen pattern; undefined where none is allowed, or each is known to be below the threshold. */
  readonly pattern: string | undefined;
  /** Why no pattern was chosen. */
  readonly none?: "nothing-allowed" | "confidence-too-low";
  /** One sentence for a person. */
  readonly reason: string;
  /** Per candidate, in the order given. They sum to 1 where a pattern was chosen. */
  readonly probabilities: readonly number[];
  /** What the choice event keeps: at most 20 candidates and 2 KB. */
  readonly record: ChoiceRecord;
}

const presetDefaults: Required<ChoosePreset> = { threshold: 0, width: 0.5, floor: 0.01 };

/** Chooses one pattern, or says why there is none. Of n candidates it costs O(n). */
export function choose(request: ChooseRequest): Choice {
  const { candidates, random } = request;
  const threshold = request.preset?.threshold ?? presetDefaults.threshold;
  const explore = request.explore ?? true;
  const width = explore ? (request.preset?.width ?? presetDefaults.width) : 0;
  const floor = explore ? (request.preset?.floor ?? presetDefaults.floor) : 0;

  let allowed = 0;
  const eligible: Candidate[] = [];
  for (const candidate of candidates) {
    if (candidate.refused !== undefined) continue;
    allowed++;
    if (candidate.posterior.high >= threshold) eligible.push(candidate);
  }
  const forced = floor > 0 ? forcedTry(eligible, allowed) : undefined;
  const forcedPattern = forced ? eligible[forced.at]?.pattern : undefined;
  const shares = probabilitiesOf(eligible, { width, floor, forced });
  const at = random ? draw(shares, random) : shares.indexOf(Math.max(...shares));
  const chosen = eligible[at];

  const probabilities: number[] = [];
  let next = 0;
  for (const candidate of candidates) {
    probabilities.push(candidate === eligible[next] ? (shares[next++] ?? 0) : 0);
  }
  const record = recordOf({
    candidates,
    probabilities,
    chosen,
    threshold,
    evaluable: floor > 0,
    forced,
    forcedPattern,
  });
  const none = chosen ? undefined : allowed === 0 ? "nothing-allowed" : "confidence-too-low";
  return {
    pattern: chosen?.pattern,
    ...(none ? { none } : {}),
    reason: record.reason,
    probabilities,
    record,
  };
}

/** The place drawn from the shares; -1 of none. */
function draw(shares: readonly number[], random: Random): number {
  let left = random.next();
  let last = -1;
  for (let index = 0; index < shares.length; index++) {
    const share = shares[index] ?? 0;
    if (share <= 0) continue;
    last = index;
    left -= share;
    if (left < 0) return index;
  }
  // Rounding can leave a little over after the last share.
  return last;
}
