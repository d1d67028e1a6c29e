/** How a task would be delegated now, as its caller may see it. */
import type { Context } from "../delegation/context.ts";
import type { ReeveError } from "../errors.ts";
import { redact } from "../secrets/redact.ts";
import type { Belief } from "../selection/candidate.ts";
import { MISSING_GRANT, type Weighed } from "./field.ts";

export interface PreviewedCandidate {
  readonly pattern: string;
  /** With which probability it would be chosen. */
  readonly propensity: number;
  /** `allowed`, `known-poor`, `fits-less`, or why policy refuses it now: `paused`, `breaker-open`, `no-room`. */
  readonly reason: string;
  /** What the reason follows from, as a clause for a person, where that says more. */
  readonly because?: string;
  readonly posterior: Belief;
}

export interface ChoicePreview {
  /** Without its secrets. */
  readonly context: Context;
  /** The pattern that would be chosen most probably; undefined where the task would be refused. */
  readonly pattern: string | undefined;
  /** One sentence for a person. */
  readonly reason: string;
  /** What would be done because nothing can be chosen as it stands, such as `least-poor`. */
  readonly recovery: string | undefined;
  /** The most probable first. */
  readonly candidates: readonly PreviewedCandidate[];
  /** Patterns that serve the context and need grants that it does not hold; they are not named. */
  readonly hidden: number;
  /** Of the domain: what is known to do worse is passed over. */
  readonly threshold: number;
  /** Whether a pattern may be tried to learn about it. */
  readonly explore: boolean;
  /** Why the task would be refused. */
  readonly refused: Pick<ReeveError, "code" | "message" | "hint"> | undefined;
}

export function previewOf(
  context: Context,
  decision: Weighed & { readonly error?: ReeveError | undefined },
): ChoicePreview {
  const { candidates, choice, field, record, error } = decision;
  const { threshold } = field.settings;
  const previewed = candidates.map(({ pattern, posterior, refused, because }, index): PreviewedCandidate => {
    const reason = refused ?? (posterior.high < threshold ? "known-poor" : "allowed");
    return {
      pattern,
      propensity: choice.probabilities[index] ?? 0,
      reason,
      posterior,
      ...(because !== undefined && { because }),
    };
  });
  const visible = previewed.filter(({ reason }) => reason !== MISSING_GRANT);
  return {
    context: redact(context),
    pattern: choice.pattern,
    reason: error ? error.message : record.reason,
    recovery: record.recovery,
    candidates: visible.toSorted((left, right) => right.propensity - left.propensity),
    hidden: previewed.length - visible.length,
    threshold,
    explore: field.explore,
    refused: error && { code: error.code, message: error.message, hint: error.hint },
  };
}
