/** Asks user code once and for good: the answer is recorded, and a repeated walk gets the recorded one. */
import assert from "node:assert/strict";
import type { WalkContext } from "../../delegation/agent.ts";
import type { Decision } from "../../delegation/event.ts";
import { innerPath } from "../../delegation/path.ts";
import { NOTHING, type Reference } from "../../delegation/reference.ts";
import type { Walk } from "./fiber.ts";
import { failed, stopped, type Failed } from "./result.ts";
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
  const { path, patternInput, context, scope } = place;
  const at = innerPath(path, what);
  journal.record(at, walker.host.ask({ journal, outputs, path, patternInput, context }, answer));
  const completion = yield* walker.awaitFirst([at], scope);
  if (!completion) {
    assert(scope.stopped, `the question at '${at}' ended without an answer`);
    return { ok: false, failure: stopped(scope.stopped, path) };
  }
  if (completion.kind === "value-failed") return { ok: false, failure: failed(completion.error) };
  assert(completion.kind === "value-recorded", `'${at}' completed as ${completion.kind}`);
  return {
    ok: true,
    decision: completion.decision,
    value: completion.payload === undefined ? NOTHING : { of: "payload", id: completion.payload },
  };
}
