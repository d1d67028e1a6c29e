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
  check.object("tolerate", tolerate);
  const given = Object.entries(tolerate).filter(([, limit]) => limit !== undefined);
  const [kind, ...others] = given.map(([name]) => name);
  if (!allowed.some((candidate) => candidate === kind) || others.length > 0)
    check.fail("tolerate", tolerate, `give exactly one of ${allowed.join(", ")}`);
  if (kind === "failureRate" && "failureRate" in tolerate) {
    check.share("tolerate.failureRate", tolerate.failureRate);
    return Object.freeze({ failureRate: tolerate.failureRate });
  }
  if (kind === "failures" && "failures" in tolerate) {
    check.whole("tolerate.failures", tolerate.failures, 0);
    return Object.freeze({ failures: tolerate.failures });
  }
  if ("quorum" in tolerate) {
    check.whole("tolerate.quorum", tolerate.quorum, 1);
    if (tasks !== undefined && tolerate.quorum > tasks)
      check.fail("tolerate.quorum", tolerate.quorum, `there are only ${tasks} tasks`);
    return Object.freeze({ quorum: tolerate.quorum });
  }
  return undefined;
}
