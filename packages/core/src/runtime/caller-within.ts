/** Callers other than the process itself: who they are is taken over, what they may do is cut to what the process may. */
import type { Caller } from "../delegation/make-context.ts";
import { showValue } from "../delegation/show-value.ts";
import { ReeveError } from "../errors.ts";
import { hasControls } from "./check-call.ts";

const PRINCIPAL_LENGTH_MAX = 200;

/** For whom something is asked of the runtime. */
export interface CallerOptions {
  /** 1 to 200 characters; stamped on what is done. */
  readonly principal: string;
  /** Of those, what the runtime itself may. @default what the runtime may */
  readonly grants?: readonly string[];
}

/**
 * A caller that may at most what `held` may, also when that is widened later.
 * @throws ReeveError `option-invalid`
 */
export function callerWithin(held: Caller, options: CallerOptions): Caller {
  const { principal, grants } = checked(options);
  let narrowed: readonly string[] = [];
  let from: readonly string[] | undefined;
  return {
    principal,
    get grants() {
      if (!grants) return held.grants;
      // The same list as long as nothing changes: what is made of it is kept.
      if (from !== held.grants) {
        from = held.grants;
        narrowed = held.grants.filter((grant) => grants.includes(grant));
      }
      return narrowed;
    },
  };
}

/** @throws ReeveError `option-invalid` */
export function checkPrincipal(what: string, principal: unknown): asserts principal is string {
  const isName =
    typeof principal === "string" && principal.trim() !== "" && principal.length <= PRINCIPAL_LENGTH_MAX;
  if (isName && !hasControls(principal)) return;
  throw new ReeveError("option-invalid", `${what} is ${showValue(principal)}`, {
    hint: `give the name of who asks, 1 to ${PRINCIPAL_LENGTH_MAX} characters without control characters`,
  });
}

function checked(options: CallerOptions): CallerOptions {
  const given: unknown = options;
  const { principal, grants } =
    typeof given === "object" && given !== null ? options : { principal: undefined, grants: undefined };
  checkPrincipal("as: principal", principal);
  const isList = grants === undefined || (Array.isArray(grants) && grants.every(isText));
  if (isList) return { principal, ...(grants && { grants }) };
  throw new ReeveError("option-invalid", `as: grants is ${showValue(grants)}`, {
    hint: 'give a list of strings such as ["stock:write"]',
  });
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
