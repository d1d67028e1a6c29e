/** Whether and when a failed attempt is made again. */
import type { AgentNode, RetryPolicy } from "../delegation/agent.ts";
import { isRetryable } from "../delegation/failure.ts";
import { describeRefused } from "../delegation/promise-like.ts";
import type { Random } from "../random.ts";

/** An attempt that failed. */
export interface FailedAttempt {
  readonly attempt: number;
  /** What the agent threw, or the error that stands for its refusal. */
  readonly thrown: unknown;
  /** It may have had its effect. */
  readonly unsure: boolean;
}

/** Milliseconds until the next attempt; undefined when there is none. */
export function retryDelay(node: AgentNode, failed: FailedAttempt, random: Random): number | undefined {
  const { retry } = node;
  if (failed.attempt >= retry.attempts) return undefined;
  if (failed.unsure && !node.idempotent) return undefined;
  if (!isWorthAnother(node, failed.thrown)) return undefined;
  return backoff(retry, failed.attempt, random);
}

/** Whether another attempt might end otherwise, as far as agent and error say. */
export function isWorthAnother({ retry }: AgentNode, thrown: unknown): boolean {
  return isRetryable(thrown) && (!retry.when || asks(retry.when, thrown));
}

/**
 * Exponential backoff; with jitter the upper half of each delay is drawn ("equal jitter", Brooker, "Exponential
 * Backoff and Jitter", AWS Architecture Blog 2015), which disperses crowds and keeps a floor.
 */
function backoff(retry: RetryPolicy, attempt: number, random: Random): number {
  // The power may be infinite, and nothing times infinity is not a number.
  const grown = retry.delayMs === 0 ? 0 : retry.delayMs * retry.factor ** (attempt - 1);
  const full = Math.min(retry.delayMsMax, grown);
  return Math.round(retry.jitter ? full / 2 + (random.next() * full) / 2 : full);
}

/**
 * Only `true` asks for another attempt. A `when` that throws does not, nor does one that gives a promise or anything
 * else; the attempt's own error stays the one that counts.
 */
function asks(when: (error: unknown) => unknown, thrown: unknown): boolean {
  try {
    const answer = when(thrown);
    // Not for its text: a promise that rejects later must not end the process.
    if (typeof answer !== "boolean") describeRefused(answer);
    return answer === true;
  } catch {
    return false;
  }
}
