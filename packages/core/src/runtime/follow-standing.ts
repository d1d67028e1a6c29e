/** How things stand of what alerts follow from, for exporters of metrics; whoever has the log open may follow it. */
import { activity } from "../telemetry/activity.ts";
import { attemptsUnderWay } from "../telemetry/attempts-under-way.ts";
import { needs } from "../telemetry/needs.ts";
import { objectives } from "../telemetry/objectives.ts";
import { queuedRuns } from "../telemetry/queued-runs.ts";
import { standingOf, type BelievedIn, type Standing } from "../telemetry/standing.ts";
import type { Runtime } from "./surface.ts";

/** Follows the log; what it returns tells how things stand at the moment of asking. */
export async function followStanding(
  runtime: Pick<Runtime, "engine" | "alertRules" | "confidence">,
): Promise<() => Promise<Standing>> {
  const { engine, alertRules } = runtime;
  const { thresholds, limits } = alertRules;
  const held = await engine.fold(objectives(alertRules.objectives));
  const inNeed = await engine.fold(needs);
  const over = await engine.fold(activity);
  const underWay = await engine.fold(attemptsUnderWay);
  const queued = await engine.fold(queuedRuns);
  return async () => {
    const believed = await believedBy(runtime);
    const sources = {
      objectives: held.state(),
      needs: inNeed.state(),
      activity: over.state(),
      underWay: underWay.state(),
      queued: queued.state(),
      thresholds,
      limits,
      believed,
    };
    return standingOf(sources, engine.controls().alerts, engine.clock.now());
  };
}

async function believedBy(runtime: Pick<Runtime, "confidence">): Promise<readonly BelievedIn[]> {
  const confidence = await runtime.confidence();
  return confidence.patterns().flatMap((pattern) =>
    confidence.domains(pattern).map((domain) => {
      const { mean, low, high, evidence } = confidence.posterior(pattern, domain);
      return { pattern, domain, mean, low, high, evidence };
    }),
  );
}
