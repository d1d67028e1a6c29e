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
  const kinds = Object.keys(tolerate);
  const wanted = allowed.join(", ");
  const kind = allowed.find((candidate) => candidate === kinds[0]);
  if (kind === undefined || kinds.length !== 1)
    check.fail("tolerate", tolerate, `give exactly one of ${wanted}`);
  if ("failureRate" in tolerate) {
    check.share("tolerate.failureRate", tolerate.failureRate);
    if (!Number.isFinite(tolerate.failureRate))
      check.fail("tolerate.failureRate", tolerate.failureRate, "0 to 1");
  } else if ("failures" in tolerate) {
    check.whole("tolerate.failures", tolerate.failures, 0);
  } else {
    check.whole("tolerate.quorum", tolerate.quorum, 1);
    if (tasks !== undefined && tolerate.quorum > tasks)
      check.fail("tolerate.quorum", tolerate.quorum, `there are only ${tasks} tasks`);
  }
  return Object.freeze({ ...tolerate });
}
