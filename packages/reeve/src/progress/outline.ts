/** What of a pattern can be known without its code: its plan, its agents and its limits in words. */
import type { Limit, Pattern } from "@reeve/core";
import { planOf, type Plan } from "./plan.ts";

export interface Outline {
  /** Whoever follows a run adds to it. */
  readonly plan: Plan;
  /** The agents that its steps call. */
  readonly agents: readonly string[];
  /** Such as "4 at once and 10 per second, for each key". */
  readonly limits: readonly string[];
}

export function outlineOf(pattern: Pattern): Outline {
  const plan = planOf(pattern);
  return { plan, agents: agentsIn(plan), limits: pattern.limits.map(limitText) };
}

export function agentsIn({ places }: Plan): readonly string[] {
  return Array.from(places.values()).flatMap(({ agent }) => agent ?? []);
}

function limitText({ key, concurrency, perSecond }: Limit): string {
  const counts = [
    ...(concurrency === undefined ? [] : [`${concurrency} at once`]),
    ...(perSecond === undefined ? [] : [`${perSecond} per second`]),
  ].join(" and ");
  return key === undefined ? counts : `${counts}, for each key`;
}
