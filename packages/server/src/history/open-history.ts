/** How things came to be as they are: the folds of this folder as the contract shows them. */
import type { Engine, OutcomeStatus } from "@reeve/core";
import type {
  Calibration,
  DurationBin,
  MarkView,
  PatternHistory,
  TrendQuery,
  TrendSeries,
} from "../contract/history.ts";
import type { ResourcesView } from "../contract/resources.ts";
import { beliefs } from "./beliefs.ts";
import { calibrationOf } from "./calibration.ts";
import { forecastsOf } from "./forecast.ts";
import { DURATION_BINS, patternPasts, type Past } from "./pattern-past.ts";
import { pointsSince, resourceCourse } from "./resource-course.ts";

const HOUR_MS = 3_600_000;
/** A process that was sampled so shortly after it began is the one that the server knows of. */
const SAME_START_MS = 60_000;

export interface History {
  marks(sinceMs: number | undefined, startedAt: number, now: number): readonly MarkView[];
  resources(sinceMs: number | undefined, now: number): ResourcesView;
  pattern(name: string): PatternHistory;
  calibration(isMeant: (pattern: string) => boolean): Calibration;
  trend(query: TrendQuery): readonly TrendSeries[];
}

/** Follows the log with the folds. Kept by its owner, too, their checkpoints spare others reading the whole log. */
export async function openHistory(engine: Engine): Promise<History> {
  const [believed, pasts, course] = await Promise.all([
    engine.fold(beliefs),
    engine.fold(patternPasts),
    engine.fold(resourceCourse),
  ]);
  return {
    marks: (sinceMs = HOUR_MS, startedAt, now) => {
      const { marks } = pasts.state();
      const isKnown = marks.some(
        ({ kind, at }) => kind === "process" && Math.abs(at - startedAt) < SAME_START_MS,
      );
      const start: MarkView = { at: startedAt, kind: "process", text: "The server started", pattern: null };
      return [...marks, ...(isKnown ? [] : [start])]
        .filter(({ at }) => at >= now - sinceMs)
        .toSorted((left, right) => left.at - right.at);
    },
    resources: (sinceMs = HOUR_MS, now) => {
      const found = pointsSince(course.state(), { from: now - sinceMs, now });
      return { widthMs: found.widthMs, points: found.points, forecasts: forecastsOf(found) };
    },
    pattern: (name) => patternHistory(name, pasts.state().patterns.get(name)),
    calibration: (isMeant) => calibrationOf(believed.state(), isMeant),
    trend: ({ pattern, domain }) =>
      [...believed.state().series.values()]
        .filter((one) => one.pattern === pattern && (domain === undefined || one.domain === domain))
        .map(({ domain: of, widthMs, points }) => ({ domain: of, widthMs, points: [...points] }))
        .toSorted((left, right) => left.domain.localeCompare(right.domain)),
  };
}

const BAD: ReadonlySet<OutcomeStatus> = new Set(["failed", "rolled-back", "rollback-failed", "timed-out"]);

function patternHistory(pattern: string, past: Past | undefined): PatternHistory {
  if (!past) return { pattern, outcomes: [], durations: [], versions: [] };
  const endings = [...past.endings];
  const outcomes = endings.map(([status, bins]) => ({
    status,
    count: bins.reduce((sum, count) => sum + count, 0),
  }));
  const bins = Array.from({ length: DURATION_BINS }, (_, bin): DurationBin => {
    const sum = (isMeant: (status: OutcomeStatus) => boolean): number =>
      endings.reduce((all, [status, counts]) => all + (isMeant(status) ? (counts[bin] ?? 0) : 0), 0);
    return {
      fromMs: bin === 0 ? 0 : 2 ** (bin - 1),
      toMs: bin === DURATION_BINS - 1 ? null : 2 ** bin,
      good: sum((status) => status === "completed"),
      bad: sum((status) => BAD.has(status)),
    };
  });
  const isFilled = ({ good, bad }: DurationBin): boolean => good + bad > 0;
  const durations = bins.slice(Math.max(0, bins.findIndex(isFilled)), bins.findLastIndex(isFilled) + 1);
  return { pattern, outcomes, durations, versions: [...past.versions.values()].toReversed() };
}
