/** Errors and outcomes of the log as the contract shows them. */
import type { Event, StepError } from "@reeve/core";
import type { ErrorView, OutcomeView } from "../contract/run-detail.ts";

const CAUSES_MAX = 8;
const STACK_CHARACTERS_MAX = 4_000;

export type StoredEnd = Extract<Event, { readonly kind: "run-ended" }>["outcome"];

export function errorView(error: StepError, depth = 0): ErrorView {
  const { name, code, message, hint, path, agent, attempt, stack, cause } = error;
  return {
    name,
    code,
    message,
    hint: hint ?? null,
    path,
    agent: agent ?? null,
    attempt: attempt ?? null,
    stack: stack?.slice(0, STACK_CHARACTERS_MAX) ?? null,
    cause: cause && depth < CAUSES_MAX ? errorView(cause, depth + 1) : null,
  };
}

export function outcomeView(outcome: StoredEnd): OutcomeView {
  const aftermath = outcome.status === "completed" ? undefined : outcome;
  return {
    status: outcome.status,
    error: errorOf(outcome),
    reason: "reason" in outcome ? outcome.reason : null,
    because: "because" in outcome ? outcome.because : null,
    undone: aftermath?.undone ?? [],
    notUndone: aftermath?.notUndone ?? [],
    unsure: aftermath?.unsure ?? [],
    kept: aftermath?.kept ?? [],
  };
}

/** Why the run ended so, also where its outcome has no error of its own. */
export function errorOf(outcome: StoredEnd): ErrorView | null {
  if ("error" in outcome) return errorView(outcome.error);
  if (outcome.status !== "timed-out") return null;
  return {
    name: "ReeveError",
    code: "pattern-timed-out",
    message: `the run had not ended after ${outcome.afterMs} ms`,
    hint: null,
    path: "",
    agent: null,
    attempt: null,
    stack: null,
    cause: null,
  };
}
