/**
 * Keeps secrets out of events. Only what comes from users is looked at: errors, reasons, lines, notes, attributes. What
 * the walk goes by (paths, names, references) stays as it is, so that a run is walked the same way ever after.
 */
import type { Context } from "../../delegation/context.ts";
import type { ContextDifference } from "../../delegation/changed.ts";
import type { Fact, StoredOutcome } from "../../delegation/event.ts";
import { fromStepError, toStepError } from "../../delegation/failure.ts";
import type { StepError } from "../../delegation/outcome.ts";
import type { Vault } from "../../secrets/vault.ts";

/** The fact without secrets; the same object where it has none. */
export function redactFact(fact: Fact, vault: Vault): Fact {
  switch (fact.kind) {
    case "run-started": {
      const context = redactContext(fact.context, vault);
      return context === fact.context ? fact : { ...fact, context };
    }
    case "context-changed":
      return { ...fact, diff: fact.diff.map((difference) => redactDifference(difference, vault)) };
    case "attempt-failed":
    case "value-failed": {
      const error = redactError(fact.error, vault);
      return error === fact.error ? fact : { ...fact, error };
    }
    case "run-ended":
    case "child-ended": {
      const outcome = redactOutcome(fact.outcome, vault);
      return outcome === fact.outcome ? fact : { ...fact, outcome };
    }
    case "step-logged":
      return { ...fact, message: vault.mask(fact.message) };
    case "step-progressed":
    case "feedback-given":
      return fact.note === undefined ? fact : { ...fact, note: vault.mask(fact.note) };
    case "cancel-requested":
    case "run-paused":
    case "pattern-paused":
    case "agent-paused":
    case "alert-silenced":
      return { ...fact, reason: vault.mask(fact.reason) };
    case "run-stranded":
      return { ...fact, reason: vault.mask(fact.reason) };
    default:
      return fact;
  }
}

/** The context as everybody may see it. Attributes that are sealed are told from others by their form. */
export function redactContext(context: Context, vault: Vault): Context {
  for (const _name in context.attributes) {
    const attributes = vault.redact(vault.hideJson(context.attributes));
    return attributes === context.attributes ? context : { ...context, attributes };
  }
  return context;
}

/** An attribute's name tells whether its values are secrets, as those are which recur. */
function redactDifference({ key, ...values }: ContextDifference, vault: Vault): ContextDifference {
  const shown = (value: unknown): unknown => Object.values(vault.redact({ [key]: value }))[0];
  return {
    key: vault.mask(key),
    ...("before" in values && { before: shown(values.before) }),
    ...("after" in values && { after: shown(values.after) }),
  };
}

/** The error without secrets in what was thrown; where it was thrown is kept. */
function redactError(error: StepError, vault: Vault): StepError {
  const { name, message, code, stack, cause, hint, breach, ...place } = error;
  const redacted: StepError = {
    name: vault.mask(name),
    message: vault.mask(message),
    code: vault.mask(code),
    ...(stack !== undefined && { stack: vault.mask(stack) }),
    ...(cause && { cause: redactError(cause, vault) }),
    ...(hint !== undefined && { hint: vault.mask(hint) }),
    ...(breach && { breach: { ...breach, ...redactDifference(breach, vault) } }),
    ...place,
  };
  const isSame =
    breach === undefined &&
    redacted.message === message &&
    redacted.stack === stack &&
    redacted.cause === cause &&
    redacted.hint === hint &&
    redacted.name === name &&
    redacted.code === code;
  return isSame ? error : redacted;
}

/** Something thrown, as it may be reported. */
export function redactThrown(thrown: unknown, vault: Vault): unknown {
  const error = toStepError(thrown, { path: "" });
  const redacted = redactError(error, vault);
  return redacted === error ? thrown : fromStepError(redacted);
}

function redactOutcome(outcome: StoredOutcome, vault: Vault): StoredOutcome {
  switch (outcome.status) {
    case "completed":
    case "timed-out":
      return outcome;
    case "cancelled":
      return { ...outcome, reason: vault.mask(outcome.reason) };
    case "rejected":
      return {
        ...outcome,
        reason: vault.mask(outcome.reason),
        error: redactError(outcome.error, vault),
      };
    case "failed":
    case "rolled-back":
    case "rollback-failed": {
      const error = redactError(outcome.error, vault);
      return error === outcome.error ? outcome : { ...outcome, error };
    }
  }
}
