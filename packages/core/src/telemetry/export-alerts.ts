/** Which alerts fire because what is exported is behind the log. Pure. */
import type { ActiveAlert, AlertChange } from "../delegation/alert.ts";
import { spanText } from "./amount-text.ts";
import { changesFrom, type Verdict } from "./verdicts.ts";

const PREFIX = "export-lag/";

/**
 * What has changed.
 * @param lags by export: for how many milliseconds it has not reached what was in the log
 */
export function exportChanges(
  lags: ReadonlyMap<string, number>,
  exportLagMs: number,
  active: ReadonlyMap<string, ActiveAlert>,
): readonly AlertChange[] {
  const verdicts = Array.from(lags, ([name, lagMs]): Verdict => ({
    alert: PREFIX + name,
    verdict: lagMs >= exportLagMs ? "firing" : "resolved",
    severity: "ticket",
    summary: `the export of ${name} is ${spanText(lagMs)} behind the log; ${spanText(exportLagMs)} are too long`,
  }));
  return changesFrom(PREFIX, verdicts, active, "nothing is exported under this name any more");
}
