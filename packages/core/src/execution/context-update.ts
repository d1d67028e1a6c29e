/** What becomes of `ctx.with`: the changed context as it is kept, held against what the patterns around preserve. */
import { encode } from "../delegation/codec.ts";
import type { ContextChange } from "../delegation/changed.ts";
import { changeContext, keptPart } from "../delegation/context-change.ts";
import type { ContextUpdate } from "../delegation/event.ts";
import { assertPreserved } from "../delegation/preservation.ts";
import { contextInForce } from "./step-context.ts";
import type { AttemptRequest } from "./walk/walk-host.ts";

/**
 * Undefined where nothing differs.
 * @throws ContextNotPreserved; ReeveError `option-invalid`, `permission-denied`
 */
export function contextUpdate(request: AttemptRequest, change: ContextChange): ContextUpdate | undefined {
  const { journal, context, preserved, path, attempt, node } = request;
  const changed = changeContext(contextInForce(journal, context), change);
  if (!changed) return undefined;
  const { diff, severity } = changed;
  const { run } = journal;
  assertPreserved(run.context, changed.context, preserved, `ctx.with of '${path}'`);
  return {
    value: encode(keptPart(changed.context), "context"),
    fact: { kind: "context-changed", path, attempt, agent: node.name, pattern: run.pattern, diff, severity },
  };
}
