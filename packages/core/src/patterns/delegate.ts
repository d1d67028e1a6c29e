/** `delegate`: a task for a pattern that is chosen by its context when the run gets there. */
import type { WalkContext } from "../delegation/agent.ts";
import { deepFreeze, type ContextRequest } from "../delegation/context.ts";
import { makeContext } from "../delegation/make-context.ts";
import type { DelegateNode } from "../delegation/pattern.ts";
import { ReeveError } from "../errors.ts";
import { checkerOf } from "./checker.ts";
import { deferred } from "./deferred.ts";
import type { Called, Deferred, InScope } from "./flow.ts";

export interface Delegate<Name extends string, Input, PatternInput>
  extends DelegateNode, InScope<PatternInput>, Deferred {
  readonly name: Name;
  readonly "~types"?: { readonly input: (input: Input) => void; readonly output: unknown };
}

export interface DelegateOptions<Name> {
  /** The name in paths. @default "delegate" */
  readonly name?: Name;
  /** Fails the step when the chosen pattern did not end within so many milliseconds, above 0. @default waits */
  readonly timeoutMs?: number;
  /** False: the most trusted pattern is chosen, nothing is tried to learn about it. @default as the settings say */
  readonly explore?: boolean;
}

/**
 * Has Reeve choose a pattern for `context` and runs it with the output before as its input; the output is that run's.
 * @param context what to choose by, or a function that makes it; it is called once and its answer is recorded.
 * @throws ReeveError `pattern-invalid`
 */
export function delegate<
  const Name extends string | undefined = undefined,
  Before = unknown,
  PatternInput = unknown,
>(
  context: ContextRequest | ((input: Before, ctx: WalkContext<PatternInput>) => ContextRequest),
  options?: DelegateOptions<Name>,
): Delegate<Called<Name, "delegate">, Before, PatternInput>;
export function delegate(
  context: DelegateNode["context"],
  options: DelegateOptions<string> = {},
): Delegate<string, unknown, unknown> {
  const name: unknown = options?.name ?? "delegate";
  const check = checkerOf("delegate", name, options);
  check.positive("timeoutMs", options.timeoutMs);
  const { explore } = options;
  if (explore !== undefined && typeof explore !== "boolean")
    check.fail("explore", explore, "give true or false");
  return deferred({
    kind: "delegate",
    name: options.name ?? "delegate",
    context: typeof context === "function" ? context : resolveContext(context, String(name)),
    timeoutMs: options.timeoutMs,
    explore: options.explore,
  });
}

/** A frozen copy, known to be a context that can be asked for; whether its grants are held only a run knows. */
function resolveContext(context: ContextRequest, name: string): ContextRequest {
  try {
    makeContext(context, undefined, { principal: "", grants: context?.grants ?? [] });
  } catch (error) {
    if (!(error instanceof ReeveError)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new ReeveError("pattern-invalid", `delegate '${name}': ${error.message}`, {
      cause: error,
      ...hint,
    });
  }
  return deepFreeze(structuredClone(context));
}
