/** Whether a task may start: what is refused here becomes a run that ended as `rejected`, and nothing executes. */
import { missingGrants } from "../delegation/authority.ts";
import { encode } from "../delegation/codec.ts";
import type { StoredOutcome } from "../delegation/event.ts";
import { toStepError } from "../delegation/failure.ts";
import type { StepError } from "../delegation/outcome.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { validate, type Validation } from "../delegation/schema.ts";
import type { Encoded } from "../engine/engine.ts";
import { ReeveError } from "../errors.ts";

export interface Admitted {
  /** As the pattern's schema gives it; of a task that is refused by the schema, what was given. */
  readonly input: Encoded | undefined;
  readonly rejected: StoredOutcome | undefined;
}

/**
 * Checks what can be checked before anything runs: permission and input. At once where the pattern's schema is
 * synchronous: every needless turn costs more than the checks.
 * @param requires the grants that the pattern's steps require
 */
export function admit(
  pattern: Pattern,
  requires: readonly string[],
  input: unknown,
  grants: readonly string[],
): Admitted | Promise<Admitted> {
  const admitted = (encoded: Encoded | undefined): Admitted => {
    return { input: encoded, rejected: denial(pattern, requires, grants) };
  };
  const refused = (error: unknown): Admitted => {
    return { input: encodedIfPossible(input), rejected: rejection(error) };
  };
  try {
    const encoding = encodeInput(pattern, input);
    return encoding instanceof Promise ? encoding.then(admitted).catch(refused) : admitted(encoding);
  } catch (error) {
    return refused(error);
  }
}

/** The outcome of a task whose context lacks what the pattern's steps require. */
export function denial(
  pattern: Pattern,
  requires: readonly string[],
  grants: readonly string[],
): StoredOutcome | undefined {
  const missing = missingGrants(grants, requires);
  if (missing.length === 0) return undefined;
  const names = missing.map((grant) => `'${grant}'`).join(", ");
  const denied = new ReeveError("permission-denied", `pattern '${pattern.name}' needs ${names}`, {
    hint: "start it with a context that holds these grants",
  });
  return rejection(denied);
}

function encodeInput(pattern: Pattern, input: unknown): Encoded | undefined | Promise<Encoded | undefined> {
  if (!pattern.input) return input === undefined ? undefined : encode(input, "input");
  const validating = validate(pattern.input, input);
  return validating instanceof Promise
    ? validating.then((validation) => encodeValid(pattern, validation))
    : encodeValid(pattern, validating);
}

function encodeValid(pattern: Pattern, validation: Validation<unknown>): Encoded | undefined {
  if (!validation.ok) {
    throw new ReeveError(
      "input-invalid",
      `the input of '${pattern.name}' does not fit its schema: ${validation.reason}`,
    );
  }
  return validation.value === undefined ? undefined : encode(validation.value, "input");
}

/** Tells refused tasks of one id apart (E4), where what was given can be kept at all. */
export function encodedIfPossible(input: unknown): Encoded | undefined {
  try {
    return input === undefined ? undefined : encode(input, "input");
  } catch {
    // ignore: the task is refused already; an input that can't be kept leaves nothing to compare
    return undefined;
  }
}

/** The outcome of a task that is refused. */
export function rejection(error: unknown): StoredOutcome {
  const stepError: StepError = toStepError(error, { path: "" });
  return {
    status: "rejected",
    reason: stepError.message,
    error: stepError,
    undone: [],
    notUndone: [],
    unsure: [],
    kept: [],
  };
}
