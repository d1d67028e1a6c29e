/** How many failures a pattern with branches tolerates: the options' types and their checks. */
import type { Tolerance } from "../delegation/pattern.ts";
import type { Checker } from "./checker.ts";

/** The kinds of tolerance that a pattern knows. */
export type ToleranceKind = "failures" | "quorum" | "failureRate";

/** Resolves `tolerate`; `tasks` is how many branches there will be, undefined where only a run knows. */
export function resolveTolerance(
  tolerate: Tolerance | undefined,
  allowed: readonly ToleranceKind[],
  tasks: number | undefined,
  check: Checker,
): Tolerance | undefined {
  if (tolerate === undefined) return undefined;
  const [kind, ...others] = Object.keys(tolerate);
  if (!allowed.some((candidate) => candidate === kind) || others.length > 0)
    check.fail("tolerate", tolerate, `give exactly one of ${allowed.join(", ")}`);
  if ("failureRate" in tolerate) {
    check.share("tolerate.failureRate", tolerate.failureRate ?? Number.NaN);
  } else if ("failures" in tolerate) {
    check.whole("tolerate.failures", tolerate.failures ?? Number.NaN, 0);
  } else {
    check.whole("tolerate.quorum", tolerate.quorum ?? Number.NaN, 1);
    if (tasks !== undefined && tolerate.quorum > tasks)
      check.fail("tolerate.quorum", tolerate.quorum, `there are only ${tasks} tasks`);
  }
  return Object.freeze({ ...tolerate });
}
