/** The context of a task: who asks, in which domain, how urgently. Immutable JSON; agents see it deeply frozen. */
import { ReeveError } from "../errors.ts";

/** A value of an attribute: JSON. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };

export interface Context {
  /** What the task is about, as dot-separated names. @default the pattern's `matches.domain`, else "default" */
  readonly domain: string;
  /** The kind of agent that is asked. @default "default" */
  readonly agentType: string;
  /** 0 (background) to 4 (urgent). @default 2 */
  readonly priority: number;
  readonly attributes: { readonly [key: string]: AttributeValue };
  /** Who asks. Set by the runtime from the caller's credential, never by a request. @default "local" */
  readonly principal: string;
  /** What the run may do, such as `stock:write`; always within `createRuntime({ grants })`. */
  readonly grants: readonly string[];
}

/** What a caller may say of the context; the rest is filled in by the runtime. */
export interface ContextRequest {
  readonly domain?: string;
  readonly agentType?: string;
  readonly priority?: number;
  readonly attributes?: { readonly [key: string]: AttributeValue };
  /** Narrows what the run may do; asking for more than the caller holds is an error. */
  readonly grants?: readonly string[];
}

/** The largest context, in UTF-8 bytes of its JSON. */
const CONTEXT_BYTES_MAX = 8_192;

/** Freezes a JSON value and everything below it, and returns it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const child of Object.values(value)) deepFreeze(child);
  return Object.freeze(value);
}

/**
 * A frozen copy of a context that is known to be JSON.
 * @throws ReeveError `option-invalid` where it is too large
 */
export function frozenCopy(context: Context): Context {
  const json = JSON.stringify(context);
  const bytes = Buffer.byteLength(json);
  if (bytes > CONTEXT_BYTES_MAX) {
    throw new ReeveError("option-invalid", `the context has ${bytes} bytes, more than ${CONTEXT_BYTES_MAX}`, {
      hint: "put what is large into the input",
    });
  }
  return deepFreeze(JSON.parse(json) as Context);
}
