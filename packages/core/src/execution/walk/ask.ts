/** Asks user code once and for good: the answer is recorded, and a repeated walk gets the recorded one. */
import type { WalkContext } from "../../delegation/agent.ts";
import type { Decision } from "../../delegation/event.ts";
import { innerPath } from "../../delegation/path.ts";
import { NOTHING, type Reference } from "../../delegation/reference.ts";
import type { Walk } from "./fiber.ts";
import { failed, stepError, stopped, type Failed } from "./result.ts";
import type { Answer } from "./walk-host.ts";
import type { Place, Walker } from "./walker.ts";

export type Answered =
  | { readonly ok: true; readonly decision: Decision; readonly value: Reference }
  | { readonly ok: false; readonly failure: Failed };

/** @param what names the question within the node, such as `if` or `items`. */
export function* ask(
  walker: Walker,
  place: Place,
  what: string,
  answer: (ctx: WalkContext) => Answer | Promise<Answer>,
): Walk<Answered> {
  const { journal, outputs } = walker;
  const { path, patternInput, scope } = place;
  const at = innerPath(path, what);
  journal.record(at, walker.host.ask({ journal, outputs, path, patternInput }, answer));
  const completion = yield* walker.awaitFirst([at], scope);
  if (!completion) {
    const cause = scope.stopped ?? { kind: "cancelled", reason: "stopped" };
    return { ok: false, failure: stopped(cause, path) };
  }
  switch (completion.kind) {
    case "value-recorded":
      return {
        ok: true,
        decision: completion.decision,
        value: completion.payload === undefined ? NOTHING : { of: "payload", id: completion.payload },
      };
    case "value-failed":
      return { ok: false, failure: failed(completion.error) };
    default: {
      const message = `'${at}' completed as ${completion.kind}`;
      return { ok: false, failure: failed(stepError("replay-diverged", message, path)) };
    }
  }
}
