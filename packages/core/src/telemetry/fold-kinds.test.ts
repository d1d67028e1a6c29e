/** A fold that leaves out the name of a kind it takes would silently count wrong. */
import { expect, test } from "vitest";
import type { Event } from "../delegation/event.ts";
import type { Fold } from "../delegation/fold.ts";
import { FACTS } from "../engine/store-samples.ts";
import { endedAttempts } from "../execution/breaker/ended-attempts.ts";
import { phaseDurations } from "../execution/phase-durations.ts";
import { confidenceFold } from "../learning/confidence-fold.ts";
import { activity } from "./activity.ts";
import { alertHistory } from "./alert-history.ts";
import { alertOutbox } from "./alert-outbox.ts";
import { contextPreservation } from "./context-preservation.ts";
import { failures } from "./failures.ts";
import { metrics } from "./metrics.ts";
import { needs } from "./needs.ts";
import { objectives } from "./objectives.ts";
import { queuedRuns } from "./queued-runs.ts";
import { stepActivities } from "./step-activity.ts";
import { vitalSigns } from "./vital-signs.ts";

const ORDERS = [
  { name: "good", pattern: "p", success: 0.9 },
  { name: "quick", pattern: "p", latency: { p: 0.9, ms: 5 } },
];

/** One of each kind, of a run and of the log as a whole. */
const events = ["a", "reeve:controls"].flatMap((run, log) =>
  Object.values(FACTS).map((fact, index): Event => {
    const position = log * 1_000 + index + 1;
    return { version: 1, run, seq: index + 1, position, at: 1_000 + position, ...fact };
  }),
);

test.each([
  ["activity", check(activity)],
  ["alert history", check(alertHistory)],
  ["alert outbox", check(alertOutbox)],
  ["confidence", check(confidenceFold())],
  ["context preservation", check(contextPreservation)],
  ["ended attempts", check(endedAttempts)],
  ["failures", check(failures)],
  ["metrics", check(metrics({ objectives: ORDERS }))],
  ["needs", check(needs)],
  ["objectives", check(objectives(ORDERS))],
  ["phase durations", check(phaseDurations)],
  ["queued runs", check(queuedRuns)],
  ["step activities", check(stepActivities)],
  ["vital signs", check(vitalSigns)],
])("no kind of event that the fold of %s leaves out would change it", (_name, changedBy) => {
  expect(changedBy()).toEqual([]);
});

/** The kinds that change the state though the fold does not name them, before others came and after. */
function check<State>(fold: Fold<State>): () => readonly string[] {
  const saved = (state: State): string => JSON.stringify(fold.save ? fold.save(state) : state);
  const isNamed = (event: Event): boolean => fold.kinds?.includes(event.kind) === true;
  return () => {
    expect(fold.kinds).toBeDefined();
    const changing = (state: State): string[] =>
      events.flatMap((event) => {
        if (isNamed(event)) return [];
        const before = saved(state);
        return saved(fold.apply(state, event, () => "p")) === before ? [] : [event.kind];
      });
    const begun = events
      .filter(isNamed)
      .reduce((state, event) => fold.apply(state, event, () => "p"), fold.initial());
    return [...changing(fold.initial()), ...changing(begun)];
  };
}
