/** Which built-in alerts fire: runs that are stuck or queued for long, and a process that is short of something. Pure. */
import type { ActiveAlert, AlertChange } from "../delegation/alert.ts";
import { statisticsOf, type Activity } from "./activity.ts";
import type { AlertLimits } from "./alert-limits.ts";
import { sizeText, spanText } from "./amount-text.ts";
import type { AttemptsUnderWay } from "./attempts-under-way.ts";
import type { QueuedRuns } from "./queued-runs.ts";
import { changesFrom, type Verdict } from "./verdicts.ts";
import { signsWithin, type VitalSigns } from "./vital-signs.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** How long runs take is taken from those of so many days. */
const USUAL_DAYS = 14;
/** Until so many runs of a pattern have ended, nothing is known of how long they take. */
const USUAL_RUNS_MIN = 10;
/** What an attempt may take meanwhile without an event. */
const UNKNOWN_MS = 60 * MINUTE_MS;
/** Older samples say nothing of now: the process may be gone. */
const SIGNS_MS = MINUTE_MS;

const STUCK = "stuck/";
const QUEUED = "oldest-queued/";
const DISK = "disk-low";
const LOOP = "loop-blocked";
const UNSAMPLED = "nothing is known of it any more: the process is not sampled without telemetry or alerts";

/** What the built-in alerts follow from. */
export interface BuiltInSources {
  readonly underWay: AttemptsUnderWay;
  readonly queued: QueuedRuns;
  readonly signs: VitalSigns;
  /** Whether there will be further signs. Where nobody asks for samples any more, what followed from them is over. */
  readonly isSampled: boolean;
  readonly activity: Activity;
}

/**
 * What has changed.
 * @param active the alerts that fire
 * @param now epoch milliseconds
 */
export function builtInChanges(
  sources: BuiltInSources,
  limits: AlertLimits,
  active: ReadonlyMap<string, ActiveAlert>,
  now: number,
): readonly AlertChange[] {
  return [
    ...changesFrom(STUCK, stuckVerdicts(sources, limits, now), active, "every attempt was heard of again"),
    ...changesFrom(
      QUEUED,
      queuedVerdicts(sources, limits, now),
      active,
      "no run has waited for so long any more",
    ),
    ...changesFrom(DISK, diskVerdicts(sources, limits, now), active, UNSAMPLED),
    ...changesFrom(LOOP, loopVerdicts(sources, limits, now), active, UNSAMPLED),
  ];
}

/** By pattern: the runs of which nothing was heard for too long. */
export function stuckRuns(
  { underWay, activity }: Pick<BuiltInSources, "underWay" | "activity">,
  limits: AlertLimits,
  now: number,
): ReadonlyMap<string, Quiet> {
  const quietest = new Map<string, Quiet>();
  const quietMsOf = new Map<string, number>();
  const byAge = [...underWay].toSorted(([, left], [, right]) => left.heardAt - right.heardAt);
  for (const [example, { pattern, heardAt, agent }] of byAge) {
    const quietMs = quietMsOf.get(pattern) ?? quietMsMax(activity, pattern, limits, now);
    quietMsOf.set(pattern, quietMs);
    if (now - heardAt < quietMs) continue;
    const known = quietest.get(pattern);
    if (known) known.runs++;
    else quietest.set(pattern, { runs: 1, heardAt, agent, example, quietMs });
  }
  return quietest;
}

function stuckVerdicts(sources: BuiltInSources, limits: AlertLimits, now: number): readonly Verdict[] {
  const stuck = stuckRuns(sources, limits, now);
  return Array.from(stuck, ([pattern, { runs, heardAt, agent, example, quietMs }]) => ({
    alert: STUCK + pattern,
    verdict: "firing",
    severity: "page",
    pattern,
    example,
    summary: `${runsText(runs, pattern)} stuck at agent '${agent}': nothing was heard for ${spanText(now - heardAt)}, and ${spanText(quietMs)} are usual at most`,
  }));
}

/** Runs of a pattern with nothing heard of for too long; where and since when it is for the quietest. */
interface Quiet {
  runs: number;
  readonly heardAt: number;
  readonly agent: string;
  readonly example: string;
  /** For how long they may be. */
  readonly quietMs: number;
}

/** For how long an attempt of the pattern may be quiet. */
function quietMsMax(activity: Activity, pattern: string, limits: AlertLimits, now: number): number {
  const { good, bad, p95Ms } = statisticsOf(activity, { pattern }, { from: now - USUAL_DAYS * DAY_MS, now });
  const isKnown = p95Ms !== undefined && good + bad >= USUAL_RUNS_MIN;
  return Math.max(limits.stuckMsMin, isKnown ? limits.stuckFactor * p95Ms : UNKNOWN_MS);
}

function queuedVerdicts(
  { queued }: BuiltInSources,
  { queuedMs }: AlertLimits,
  now: number,
): readonly Verdict[] {
  const late = new Map<string, { runs: number; oldest: number; example: string }>();
  for (const [run, { pattern, since }] of queued) {
    if (now - since < queuedMs) continue;
    const known = late.get(pattern) ?? { runs: 0, oldest: since, example: run };
    known.runs++;
    if (since < known.oldest) Object.assign(known, { oldest: since, example: run });
    late.set(pattern, known);
  }
  return Array.from(late, ([pattern, { runs, oldest, example }]) => ({
    alert: QUEUED + pattern,
    verdict: "firing",
    severity: "ticket",
    pattern,
    example,
    summary: `${runsText(runs, pattern)} queued for more than ${spanText(queuedMs)}, the oldest for ${spanText(now - oldest)}`,
  }));
}

function diskVerdicts(
  { signs, isSampled }: BuiltInSources,
  { diskFreeBytes }: AlertLimits,
  now: number,
): readonly Verdict[] {
  if (!isSampled) return [];
  const free = signsWithin(signs, SIGNS_MS, now).at(-1)?.diskFreeBytes;
  const verdict = free === undefined ? "held" : free < diskFreeBytes ? "firing" : "resolved";
  const summary = `${sizeText(free ?? 0)} are free for the log; below ${sizeText(diskFreeBytes)} there may soon be none`;
  return [{ alert: DISK, verdict, severity: "page", summary }];
}

function loopVerdicts(
  { signs, isSampled }: BuiltInSources,
  { loopBlockedMs }: AlertLimits,
  now: number,
): readonly Verdict[] {
  if (!isSampled) return [];
  const recent = signsWithin(signs, SIGNS_MS, now);
  const longest = Math.max(0, ...recent.map(({ loopDelayMsMax }) => loopDelayMsMax));
  const verdict = recent.length === 0 ? "held" : longest >= loopBlockedMs ? "firing" : "resolved";
  const summary = `the event loop was blocked for ${spanText(longest)} at most in the last minute; ${spanText(loopBlockedMs)} are too long`;
  return [{ alert: LOOP, verdict, severity: "page", summary }];
}

function runsText(runs: number, pattern: string): string {
  return runs === 1 ? `1 run of '${pattern}' is` : `${runs} runs of '${pattern}' are`;
}
