/** Asks the callbacks of patterns; what they throw becomes the node's error. */
import { encode } from "../delegation/codec.ts";
import { toStepError } from "../delegation/failure.ts";
import type { WalkContext } from "../delegation/agent.ts";
import { describeRefused, isPromiseLike } from "../delegation/promise-like.ts";
import type { Recorded } from "../engine/engine.ts";
import { ReeveError } from "../errors.ts";
import { walkContext } from "./step-context.ts";
import type { Answer, Asked } from "./walk/walk-host.ts";

export function askUserCode(
  asked: Asked,
  answer: (ctx: WalkContext) => Answer | Promise<Answer>,
): () => Recorded | Promise<Recorded> {
  const { path } = asked;
  const fail = (error: unknown): Recorded => ({
    ok: false,
    error: toStepError(error, { path }, "decision-failed"),
  });
  return () => {
    try {
      const answered = answer(walkContext(asked));
      return isPromiseLike(answered) ? Promise.resolve(answered).then(record).catch(fail) : record(answered);
    } catch (error) {
      return fail(error);
    }
  };
}

function record(answer: Answer): Recorded {
  const { decision, value } = answer;
  if (!value || value.of === undefined) return { ok: true, decision };
  if (isPromiseLike(value.of)) {
    throw new ReeveError("decision-failed", `${value.name} is ${describeRefused(value.of)}, not a value`, {
      hint: "make the callback synchronous, and put work that takes time into an agent",
    });
  }
  return { ok: true, decision, value: encode(value.of, value.name) };
}
