/** What a run has used, as agents report it: that of all its attempts, and of the runs that it started and awaited. */
import type { Fact, StoredOutcome, Usage } from "../../delegation/event.ts";

/** How a run ended, and what it had used by then. */
export interface RunEnd {
  readonly outcome: StoredOutcome;
  readonly usage: Usage;
}

export const NO_USAGE: Usage = Object.freeze({});

const PARTS = ["inputTokens", "outputTokens", "costUsd"] as const;
/** Parts of a dollar: sums of decimal fractions stay readable. */
const UNIT = 1e9;

/** The sum once `fact` has happened; what was taken over from another run was used there. */
export function usedWith(total: Usage, fact: Fact): Usage {
  if (fact.kind !== "step-completed" && fact.kind !== "attempt-failed" && fact.kind !== "child-ended")
    return total;
  const { usage } = fact;
  if (!usage || ("copied" in fact && fact.copied === true)) return total;
  const sum: { -readonly [Part in keyof Usage]: Usage[Part] } = { ...total };
  for (const part of PARTS) {
    const used = usage[part] ?? 0;
    if (used > 0) sum[part] = Math.round(((sum[part] ?? 0) + used) * UNIT) / UNIT;
  }
  return sum;
}

/** What an event says of it among other things. */
export function usageIn(event: Usage): Usage {
  const found = PARTS.flatMap((part) => (event[part] === undefined ? [] : [[part, event[part]] as const]));
  return found.length === 0 ? NO_USAGE : Object.fromEntries(found);
}

export function hasUsage(usage: Usage): boolean {
  return PARTS.some((part) => usage[part] !== undefined);
}
