/** The history that the survey brought, for the agents of later phases. */
import type { StepContext } from "reeve";
import type { GitHistory } from "./analysis/git-history.ts";
import { readHistory } from "./survey.ts";

/** Undefined where there is none. */
export function historyOf(ctx: Pick<StepContext, "outputOf">): GitHistory | undefined {
  const { git } = ctx.outputOf(readHistory);
  return git.ok && git.output.found ? git.output.history : undefined;
}
