/** Asks the callbacks of patterns; what they throw becomes the node's error. */
import { encode } from "../delegation/codec.ts";
import { toStepError } from "../delegation/failure.ts";
import type { WalkContext } from "../delegation/agent.ts";
import type { Recorded } from "../engine/engine.ts";
import { walkContext } from "./step-context.ts";
import type { Answer, Asked } from "./walk/walk-host.ts";

export function askUserCode(
  asked: Asked,
  answer: (ctx: WalkContext) => Answer | Promise<Answer>,
): () => Recorded | Promise<Recorded> {
  const { journal, outputs, path, patternInput } = asked;
  const fail = (error: unknown): Recorded => ({
    ok: false,
    error: toStepError(error, { path }, "decision-failed"),
  });
  return () => {
    try {
      const answered = answer(walkContext(journal, outputs, path, patternInput));
      return answered instanceof Promise ? answered.then(record).catch(fail) : record(answered);
    } catch (error) {
      return fail(error);
    }
  };
}

function record(answer: Answer): Recorded {
  const { decision, value } = answer;
  if (!value || value.of === undefined) return { ok: true, decision };
  return { ok: true, decision, value: encode(value.of) };
}
