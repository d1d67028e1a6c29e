/**
 * What runs are walked by that stand for a delegated task, where something else may be tried after a failure: one
 * `delegate` in the run's own context. It is known in every process, so that such a run goes on under any settings.
 */
import { DELEGATED } from "../delegation/delegated.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { delegate } from "./delegate.ts";
import { sequential } from "./sequential.ts";

/** By whether patterns may be tried to learn about them. The version tells them apart when they are resumed. */
export const delegatedTasks: { readonly exploring: Pattern; readonly trusting: Pattern } = {
  exploring: sequential(DELEGATED, { version: "1", steps: [delegate({}, { name: "task" })] }),
  trusting: sequential(DELEGATED, {
    version: "1-trusting",
    steps: [delegate({}, { name: "task", explore: false })],
  }),
};
