/** What a pattern's runs are held to, and what one run says about it. Neither counts nor judges: windows are counted in
 * objectives.ts, alerts come from burn-rate.ts. */
import type { Event } from "../delegation/event.ts";

/** A share of a pattern's runs that is to succeed, or to succeed within a limit of time. */
export type Objective = SuccessObjective | LatencyObjective;

export interface SuccessObjective {
  /** 1 to 64 letters, digits, dots, dashes and underscores; of no other objective. */
  readonly name: string;
  readonly pattern: string;
  /** The share of runs that is to complete, above 0 and below 1. */
  readonly success: number;
}

export interface LatencyObjective {
  readonly name: string;
  readonly pattern: string;
  readonly latency: {
    /** The share of runs that is to complete within the limit, above 0 and below 1. */
    readonly p: number;
    /** The limit in milliseconds from the run's start, time in the queue included; above 0. */
    readonly ms: number;
  };
}

/** What a run that ended counts as, and when it became that, in epoch milliseconds. */
export interface Judged {
  readonly result: "good" | "bad";
  readonly at: number;
}

type RunEnded = Extract<Event, { readonly kind: "run-ended" }>;

/** Codes of the rejections that are ours to answer for, not the caller's. */
const OUR_REJECTIONS: readonly string[] = ["resources-exhausted", "confidence-too-low"];

/** Which share of runs may be bad, above 0 and below 1. */
export function budgetOf(objective: Objective): number {
  return withoutNoise(1 - ("success" in objective ? objective.success : objective.latency.p));
}

/**
 * Undefined where the run says nothing: it was cancelled, or rejected because of what or who asked. For latency, a run
 * that passed the limit is bad however it ended, from the moment it did, and one that ended badly within it says
 * nothing.
 */
export function judge(objective: Objective, { at, durationMs, outcome }: RunEnded): Judged | undefined {
  if ("latency" in objective) {
    const { ms } = objective.latency;
    if (durationMs > ms) return { result: "bad", at: at - durationMs + ms };
    return outcome.status === "completed" ? { result: "good", at } : undefined;
  }
  switch (outcome.status) {
    case "completed":
      return { result: "good", at };
    case "failed":
    case "rolled-back":
    case "rollback-failed":
    case "timed-out":
      return { result: "bad", at };
    case "rejected":
      return OUR_REJECTIONS.includes(outcome.error.code) ? { result: "bad", at } : undefined;
    case "cancelled":
      return undefined;
  }
}

/** 1 - 0.9 is 0.09999999999999998, and what a person compares it with is 0.1. */
export function withoutNoise(share: number): number {
  return Number(share.toPrecision(12));
}
