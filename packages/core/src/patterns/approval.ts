/** `approval`: waits for a person's answer, for days if need be. */
import type { Same } from "../delegation/agent.ts";
import type { ApprovalNode } from "../delegation/pattern.ts";
import type { Schema } from "../delegation/schema.ts";
import { checkerOf } from "./checker.ts";
import { deferred } from "./deferred.ts";
import type { Deferred } from "./flow.ts";

export interface Approval<Name extends string, Input, Output> extends ApprovalNode, Deferred {
  readonly name: Name;
  readonly "~types"?: { readonly input: (input: Input) => void; readonly output: Output };
}

export interface ApprovalOptions<Input, Answer, Output> {
  /** Refuses answers that do not fit when they are sent. @default every answer is accepted */
  readonly schema?: Schema<unknown, Answer>;
  /** Makes the output. @default hands on the input */
  readonly merge?: (input: Input, answer: Answer) => Output;
  /** Fails the step when no answer came for so many milliseconds, above 0. @default waits for ever */
  readonly timeoutMs?: number;
  /** Who may not answer: `"starter"` enforces four eyes. @default everyone may */
  readonly notBy?: "starter";
}

/**
 * Waits until a signal with the step's path brings an answer.
 * @throws ReeveError `pattern-invalid`
 */
export function approval<const Name extends string, Input = unknown, Answer = unknown, Output = Same>(
  name: Name,
  options?: ApprovalOptions<Input, Answer, Output>,
): Approval<Name, Input, Output>;
export function approval(
  name: string,
  options: ApprovalOptions<unknown, unknown, unknown> = {},
): Approval<string, unknown, unknown> {
  const check = checkerOf("approval", name, options);
  check.schema("schema", options.schema);
  check.positive("timeoutMs", options.timeoutMs);
  if (options.merge !== undefined) check.callback("merge", options.merge);
  if (options.notBy !== undefined && options.notBy !== "starter")
    check.fail("notBy", options.notBy, 'the only value is "starter"');
  return deferred({
    kind: "approval",
    name,
    schema: options.schema,
    merge: options.merge,
    timeoutMs: options.timeoutMs,
    notBy: options.notBy,
  });
}
