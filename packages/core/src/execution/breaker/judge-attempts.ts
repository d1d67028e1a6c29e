/** When a breaker opens, and what becomes of one that is probed. Pure: the same attempts give the same judgement. */
import type { BreakerPolicy } from "../../delegation/breaker.ts";
import type { EndedAttempt } from "./ended-attempts.ts";

/**
 * Why a closed breaker is to open; undefined where it is not. Where several principals use the agent it has to fail for
 * the others, too: without the one with the most failures the share must be as high. So nobody's bad inputs can take it from
 * everybody.
 */
export function whyOpen(
  ended: readonly EndedAttempt[],
  policy: BreakerPolicy,
  now: number,
): string | undefined {
  const { windowMs, attemptsMin, failureRate } = policy;
  const recent = ended.filter(([at]) => at > now - windowMs);
  if (recent.length < attemptsMin || shareOf(recent) < failureRate) return undefined;
  const worst = mostFailing(recent);
  const others = recent.filter(([, , principal]) => principal !== worst);
  if (others.length > 0 && shareOf(others) < failureRate) return undefined;
  return `${recent.filter(([, ok]) => !ok).length} of the last ${recent.length} attempts failed`;
}

/**
 * What the probes say: as soon as they can't but fail, or succeed, as often as would open it, they have. Undefined while
 * it may go either way.
 */
export function judgeProbes(
  ended: readonly EndedAttempt[],
  { probes, failureRate }: BreakerPolicy,
): { readonly isWell: boolean; readonly reason: string } | undefined {
  const succeeded = ended.filter(([, ok]) => ok).length;
  const failed = ended.length - succeeded;
  if (failed / probes >= failureRate)
    return { isWell: false, reason: `${failed} of ${ended.length} probes failed` };
  if ((probes - succeeded) / probes >= failureRate) return undefined;
  return { isWell: true, reason: `${succeeded} of ${ended.length} probes succeeded` };
}

/** How long a breaker stays open that opens for the nth time in a row. */
export function openForMs({ openMs, openMsMax }: BreakerPolicy, openings: number): number {
  return Math.min(openMsMax, openMs * 2 ** (openings - 1));
}

function shareOf(ended: readonly EndedAttempt[]): number {
  return ended.filter(([, ok]) => !ok).length / ended.length;
}

function mostFailing(ended: readonly EndedAttempt[]): string | undefined {
  const failures = new Map<string, number>();
  let worst: string | undefined;
  for (const [, ok, principal] of ended) {
    if (ok) continue;
    const count = (failures.get(principal) ?? 0) + 1;
    failures.set(principal, count);
    if (worst === undefined || count > (failures.get(worst) ?? 0)) worst = principal;
  }
  return worst;
}
