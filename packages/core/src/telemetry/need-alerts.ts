/** Which alerts fire because runs need a person, from the fold of needs.ts. Pure. */
import type { ActiveAlert, AlertChange } from "../delegation/alert.ts";
import type { Needs, RunInNeed } from "./needs.ts";

const HOUR_MS = 3_600_000;
/** Who has not looked for so long is not going to because of an alert that goes on. */
const ROLLBACK_FAILED_MS = 72 * HOUR_MS;

const STRANDED = "stranded/";
const ROLLBACK_FAILED = "rollback-failed/";

/**
 * What has changed: one alert for each pattern with stranded runs, one for each with runs whose undo failed.
 * @param active the alerts that fire
 * @param now epoch milliseconds
 */
export function needChanges(
  needs: Needs,
  active: ReadonlyMap<string, ActiveAlert>,
  now: number,
): readonly AlertChange[] {
  const { stranded, rollbackFailed } = runsInNeed(needs, now);
  return [
    ...changesOf(STRANDED, stranded, active, {
      firing: (runs) => `${runs} stranded: register the version of the pattern that they began with`,
      resolved: "no run is stranded any more",
    }),
    ...changesOf(ROLLBACK_FAILED, rollbackFailed, active, {
      firing: (runs) => `${runs} left something behind that was not undone: look, then retry or fork`,
      resolved: "every run was retried or forked, or three days have passed",
    }),
  ];
}

/** How many runs of each pattern need a person now. */
export function runsInNeed(
  { stranded, rollbackFailed }: Needs,
  now: number,
): { readonly [kind in keyof Needs]: ReadonlyMap<string, number> } {
  const recent = [...rollbackFailed.values()].filter(({ since }) => now - since < ROLLBACK_FAILED_MS);
  return { stranded: byPattern(stranded.values()), rollbackFailed: byPattern(recent) };
}

interface Sentences {
  readonly firing: (runs: string) => string;
  readonly resolved: string;
}

function changesOf(
  prefix: string,
  counts: ReadonlyMap<string, number>,
  active: ReadonlyMap<string, ActiveAlert>,
  say: Sentences,
): readonly AlertChange[] {
  const changes: AlertChange[] = [];
  for (const [pattern, count] of counts) {
    const alert = prefix + pattern;
    if (active.has(alert)) continue;
    const summary = say.firing(`${count} ${count === 1 ? "run" : "runs"} of '${pattern}'`);
    changes.push({ alert, state: "firing", severity: "page", summary, pattern });
  }
  for (const { alert, severity, pattern } of active.values()) {
    if (!alert.startsWith(prefix) || counts.has(alert.slice(prefix.length))) continue;
    const about = pattern === undefined ? {} : { pattern };
    changes.push({ alert, state: "resolved", severity, summary: say.resolved, ...about });
  }
  return changes;
}

function byPattern(runs: Iterable<RunInNeed>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { pattern } of runs) counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  return counts;
}
