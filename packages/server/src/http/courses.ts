/** How runs and attempts went over time: the folds of the library's telemetry as the contract shows them. */
import {
  activity,
  courseOf,
  statisticsOf,
  stepActivities,
  stepsOf,
  type ActivityOf,
  type ActivityStatistics,
  type Engine,
} from "@reeve/core";
import type { Slowest } from "../health/known.ts";
import type { ActivityPoint, ActivityQuery, ActivityView, StepActivityView } from "../contract/activity.ts";

const HOUR_MS = 3_600_000;

export interface Courses {
  activity(query: ActivityQuery, now: number): ActivityView;
  steps(pattern: string): readonly StepActivityView[];
  /** Of these agents the one whose attempts took longest in the last hour. */
  slowestAgent(agents: readonly string[], now: number): Slowest | undefined;
}

/** Follows the log with both folds. Kept by its owner, too, their checkpoints spare others reading the whole log. */
export async function openCourses(engine: Engine): Promise<Courses> {
  const [course, steps] = await Promise.all([engine.fold(activity), engine.fold(stepActivities)]);
  return {
    activity: ({ pattern, agent, sinceMs = HOUR_MS }, now) => {
      const of: ActivityOf =
        pattern !== undefined ? { pattern } : agent !== undefined ? { agent } : "all runs";
      const range = { from: now - sinceMs, now };
      const { widthMs, points } = courseOf(course.state(), of, range);
      const whole = statisticsOf(course.state(), of, range);
      return { widthMs, points: points.map(pointOf), whole: pointOf(whole) };
    },
    slowestAgent: (agents, now) => {
      const range = { from: now - HOUR_MS, now };
      const known = agents.flatMap((agent) => {
        const { p95Ms } = statisticsOf(course.state(), { agent }, range);
        return p95Ms === undefined ? [] : [{ agent, p95Ms }];
      });
      return known.toSorted((left, right) => right.p95Ms - left.p95Ms)[0];
    },
    steps: (pattern) => Array.from(stepsOf(steps.state(), pattern), ([path, step]) => ({ path, ...step })),
  };
}

function pointOf({ at, good, bad, other, p50Ms, p95Ms }: ActivityStatistics): ActivityPoint {
  return { at, good, bad, other, p50Ms: p50Ms ?? null, p95Ms: p95Ms ?? null };
}
