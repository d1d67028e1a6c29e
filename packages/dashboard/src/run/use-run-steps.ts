/** The steps of a run as state, kept up with what happens. */
import { useKept, type Answer } from "../connection/answers.ts";
import { addressOf, ask } from "../connection/ask.ts";
import { readSteps, RunSteps } from "./read-steps.ts";

/** What is at hand of them; undefined asks nothing. */
export function useRunSteps(id: string | undefined): Answer<RunSteps> {
  return useKept(
    id === undefined ? undefined : addressOf("runSteps", { id }),
    (before, show) => readSteps((asked) => ask("runSteps", { id: id ?? "", ...asked }), before, show),
    (value) => value instanceof RunSteps,
  );
}
