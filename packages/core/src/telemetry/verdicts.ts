/** From what rules say now, and which alerts fire, to what has changed. Pure. */
import type { ActiveAlert, AlertChange } from "../delegation/alert.ts";

/** What a rule says of its alert now. "held": there is nothing to judge by, so that the alert stays what it is. */
export interface Verdict extends Omit<AlertChange, "state"> {
  readonly verdict: "firing" | "resolved" | "held";
}

/**
 * Each alert that begins to fire or is resolved. An alert that fires under the prefix and of which nothing is said any
 * more is resolved, too.
 * @param gone why such an alert is resolved, in one sentence
 */
export function changesFrom(
  prefix: string,
  verdicts: readonly Verdict[],
  active: ReadonlyMap<string, ActiveAlert>,
  gone: string,
): readonly AlertChange[] {
  const changes: AlertChange[] = [];
  const known = new Set<string>();
  for (const { verdict, ...rest } of verdicts) {
    known.add(rest.alert);
    if (verdict === "held" || (verdict === "firing") === active.has(rest.alert)) continue;
    changes.push({ ...rest, state: verdict });
  }
  for (const { alert, severity, pattern } of active.values()) {
    if (!alert.startsWith(prefix) || known.has(alert)) continue;
    const about = pattern === undefined ? {} : { pattern };
    changes.push({ alert, state: "resolved", severity, summary: gone, ...about });
  }
  return changes;
}
