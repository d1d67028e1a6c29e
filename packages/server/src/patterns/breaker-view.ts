/** An open breaker as callers see it. */
import type { OpenBreaker } from "@reeve/core";
import type { BreakerView } from "../contract/pattern.ts";

export function breakerView(breaker: OpenBreaker | undefined): BreakerView | null {
  if (!breaker) return null;
  const { state, since, openings, reason, until = null, code = null, example = null } = breaker;
  return { state, since, until, openings, reason, code, example };
}
