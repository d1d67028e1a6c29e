/** How a branch shows in the output of the whole. */
import { NOTHING, type Reference } from "../../delegation/reference.ts";
import type { Result } from "./result.ts";

/** A branch's result as part of the whole's output: as it is, or told apart where some may fail. */
export function settle(result: Result, tolerant: boolean): Reference {
  if (!tolerant) return result.ok ? result.output : NOTHING;
  return result.ok
    ? { of: "settled-output", output: result.output }
    : { of: "settled-error", error: result.error };
}
