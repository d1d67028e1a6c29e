/**
 * Failures as values: whatever was thrown becomes a `StepError` that can be kept and shown, and back. Nothing that is
 * thrown breaks this, not a getter or proxy that throws either: a failure that can't be recorded would be lost.
 */
import { inspect, types } from "node:util";
import { NonRetryableError, type ErrorCode } from "../errors.ts";
import { redact } from "../secrets/redact.ts";
import { classNameOf, PLATFORM_ERRORS } from "./class-name.ts";
import type { StepError } from "./outcome.ts";
import { ContextNotPreserved } from "./preservation.ts";

const MESSAGE_LENGTH_MAX = 10_000;
const STACK_LENGTH_MAX = 20_000;
const CODE_LENGTH_MAX = 200;
const PREVIEW_LENGTH_MAX = 200;
const CAUSES_MAX = 5;

/** Where something was thrown. */
export interface FailurePlace {
  readonly path: string;
  readonly attempt?: number;
  readonly agent?: string;
}

/**
 * @param thrown anything; what is not an error is shown in the message.
 * @param code kept where `thrown` has no `code` of its own. @default "thrown"
 */
export function toStepError(thrown: unknown, where: FailurePlace, code: ErrorCode = "thrown"): StepError {
  return describe(thrown, where, code, CAUSES_MAX);
}

/** An error with the name, message, code, stack and cause of the one that was kept. */
export function fromStepError(error: StepError): Error {
  const made = new (PLATFORM_ERRORS.get(error.name) ?? Error)(error.message);
  const hidden = { writable: true, enumerable: false, configurable: true };
  if (made.name !== error.name) Object.defineProperty(made, "name", { ...hidden, value: error.name });
  const stack = error.stack ?? `${error.name}: ${error.message}`;
  Object.defineProperty(made, "stack", { ...hidden, value: stack });
  if (error.cause) Object.defineProperty(made, "cause", { ...hidden, value: fromStepError(error.cause) });
  const shown = error.hint === undefined ? { code: error.code } : { code: error.code, hint: error.hint };
  return Object.assign(made, shown);
}

/** Whether another attempt may help: everything but a `NonRetryableError`, also one of another copy of this package. */
export function isRetryable(thrown: unknown): boolean {
  try {
    if (thrown instanceof NonRetryableError) return false;
    return !(isError(thrown) && (classNameOf(thrown) === "NonRetryableError" || isForeignKin(thrown)));
  } catch {
    // ignore: what can't be looked at is no NonRetryableError
    return true;
  }
}

/** Whether a class above it is the `NonRetryableError` of another copy of this package. */
function isForeignKin(error: Error): boolean {
  for (let kin: unknown = error; typeof kin === "object" && kin !== null; kin = Object.getPrototypeOf(kin)) {
    const constructor: unknown = Reflect.get(kin, "constructor");
    if (typeof constructor === "function" && constructor.name === "NonRetryableError") return true;
  }
  return false;
}

function describe(thrown: unknown, where: FailurePlace, code: ErrorCode, causesLeft: number): StepError {
  if (!isError(thrown)) {
    const message = cut(`a value that is not an Error was thrown: ${preview(thrown)}`, MESSAGE_LENGTH_MAX);
    return { name: nameOfValue(thrown), message, code: codeOf(thrown) ?? code, ...where };
  }
  const stack = attempt(() => thrown.stack);
  const cause = attempt(() => thrown.cause);
  const hint = attempt(() => property(thrown, "hint"));
  return {
    name: cut(attempt(() => classNameOf(thrown)) ?? "Error", CODE_LENGTH_MAX),
    message: cut(messageOf(thrown), MESSAGE_LENGTH_MAX),
    code: codeOf(thrown) ?? code,
    ...(typeof stack === "string" ? { stack: cut(stack, STACK_LENGTH_MAX) } : {}),
    ...(cause !== undefined && causesLeft > 0
      ? { cause: describe(cause, where, "thrown", causesLeft - 1) }
      : {}),
    ...(typeof hint !== "string" ? {} : { hint: cut(hint, MESSAGE_LENGTH_MAX) }),
    ...(thrown instanceof ContextNotPreserved && { breach: thrown.breach }),
    ...where,
  };
}

function isError(thrown: unknown): thrown is Error {
  return types.isNativeError(thrown) || attempt(() => thrown instanceof Error) === true;
}

/** An AggregateError often has no message of its own; the first of its errors tell more. */
function messageOf(error: Error): string {
  const message: unknown = attempt(() => error.message);
  if (typeof message === "string" && message !== "") return message;
  const errors: unknown = attempt(() => property(error, "errors"));
  const shown: unknown = attempt(() =>
    Array.isArray(errors) ? errors.slice(0, 5).map(briefly).join("; ") : "",
  );
  if (typeof shown === "string" && shown !== "") return shown;
  return message === undefined || message === "" ? "(no message)" : preview(message);
}

function briefly(thrown: unknown): string {
  return isError(thrown) ? `${classNameOf(thrown)}: ${thrown.message}` : preview(thrown);
}

function codeOf(thrown: unknown): string | undefined {
  const code: unknown = attempt(() =>
    typeof thrown === "object" && thrown !== null && Object.hasOwn(thrown, "code")
      ? property(thrown, "code")
      : "",
  );
  const fits = (typeof code === "string" && code !== "") || typeof code === "number";
  return fits ? cut(String(code), CODE_LENGTH_MAX) : undefined;
}

/** The name of what was thrown, such as "string" or "Response". */
function nameOfValue(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null) return thrown === null ? "null" : typeof thrown;
  const constructor: unknown = attempt(() => property(thrown, "constructor"));
  const name: unknown = typeof constructor === "function" ? attempt(() => constructor.name) : undefined;
  return typeof name === "string" && name !== "" ? cut(name, CODE_LENGTH_MAX) : "Object";
}

function preview(thrown: unknown): string {
  const text = attempt(() =>
    typeof thrown === "string"
      ? JSON.stringify(thrown)
      : inspect(redact(thrown), {
          depth: 2,
          breakLength: Infinity,
          maxStringLength: PREVIEW_LENGTH_MAX,
          maxArrayLength: 10,
        }),
  );
  return cut(text ?? "(it can't be shown)", PREVIEW_LENGTH_MAX);
}

/** What `look` returns, or undefined when it throws: hostile getters and proxies. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    // ignore: what can't be read is described as missing
    return undefined;
  }
}

function property(object: object, key: string): unknown {
  const value: unknown = Reflect.get(object, key);
  return value;
}

function cut(text: string, lengthMax: number): string {
  return text.length > lengthMax ? `${text.slice(0, lengthMax - 1)}…` : text;
}
