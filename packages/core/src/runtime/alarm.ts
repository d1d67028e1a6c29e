/**
 * Evaluates every half minute what alerts follow from, and says in the log what has changed.
 *
 * Invariant: each change is said once: which alerts fire is read from the log, and saying it changes that at once.
 */
import type { CancelTimer } from "../clock.ts";
import type { AlertChange } from "../delegation/alert.ts";
import type { FoldReader } from "../delegation/fold.ts";
import type { Engine } from "../engine/engine.ts";
import type { Learned } from "../learning/confidence-fold.ts";
import { activity, type Activity } from "../telemetry/activity.ts";
import { attemptsUnderWay, type AttemptsUnderWay } from "../telemetry/attempts-under-way.ts";
import { builtInChanges } from "../telemetry/built-in-alerts.ts";
import { burnRateChanges } from "../telemetry/burn-rate.ts";
import { exportChanges } from "../telemetry/export-alerts.ts";
import { needChanges } from "../telemetry/need-alerts.ts";
import { needs, type Needs } from "../telemetry/needs.ts";
import { objectives, type Objectives } from "../telemetry/objectives.ts";
import { queuedRuns, type QueuedRuns } from "../telemetry/queued-runs.ts";
import { thresholdChanges, type Believed } from "../telemetry/threshold.ts";
import { vitalSigns, type VitalSigns } from "../telemetry/vital-signs.ts";
import { ExportLags } from "./export-lags.ts";
import type { Settings } from "./settings.ts";

const EVALUATE_EVERY_MS = 30_000;

/** What alerts follow from. */
export interface Watched {
  readonly objectives: FoldReader<Objectives>;
  readonly needs: FoldReader<Needs>;
  readonly activity: FoldReader<Activity>;
  readonly underWay: FoldReader<AttemptsUnderWay>;
  readonly queued: FoldReader<QueuedRuns>;
  readonly signs: FoldReader<VitalSigns>;
  readonly isSampled: boolean;
  readonly learned: FoldReader<Learned>;
}

/** Undefined where nobody asked for alerts, and for a guest: the log's owner evaluates. */
export async function followAlertSources(
  engine: Engine,
  settings: Settings,
  learned: () => Promise<FoldReader<Learned>>,
): Promise<Watched | undefined> {
  if (engine.role === "guest") return undefined;
  const { alerts, telemetry } = settings;
  const isAsked = settings.objectives.length > 0 || alerts.isAsked || telemetry !== undefined;
  // Alerts of objectives that are no more are to be resolved.
  if (!isAsked && engine.controls().alerts.size === 0) return undefined;
  return {
    objectives: await engine.fold(objectives(settings.objectives)),
    needs: await engine.fold(needs),
    activity: await engine.fold(activity),
    underWay: await engine.fold(attemptsUnderWay),
    queued: await engine.fold(queuedRuns),
    signs: await engine.fold(vitalSigns),
    isSampled: isSampled(settings),
    learned: await learned(),
  };
}

/** Alerts of the disk, the memory and the event loop follow from samples. */
export function isSampled({ alerts, telemetry }: Pick<Settings, "alerts" | "telemetry">): boolean {
  return telemetry !== undefined || alerts.isAsked;
}

export class Alarm {
  readonly exports: ExportLags = new ExportLags();
  readonly #engine: Engine;
  readonly #watched: Watched;
  readonly #settings: Settings;
  #cancelTimer: CancelTimer = () => {};

  constructor(engine: Engine, watched: Watched, settings: Settings) {
    this.#engine = engine;
    this.#watched = watched;
    this.#settings = settings;
    this.#wait();
  }

  close(): void {
    this.#cancelTimer();
  }

  #wait(): void {
    const tick = (): void => {
      this.#evaluate();
      this.#wait();
    };
    this.#cancelTimer = this.#engine.clock.timer(EVALUATE_EVERY_MS, tick, { keepAlive: false });
  }

  #evaluate(): void {
    for (const change of this.#changes()) {
      this.#engine.control({ kind: "alert-changed", ...change }).catch((error: unknown) => {
        const what = `that alert '${change.alert}' is ${change.state} can't be kept`;
        this.#settings.report({ what, error });
      });
    }
  }

  #changes(): readonly AlertChange[] {
    const { alerts: active } = this.#engine.controls();
    const { limits, thresholds } = this.#settings.alerts;
    const now = this.#engine.clock.now();
    const watched = this.#watched;
    const signs = watched.signs.state();
    const known = {
      signs,
      isSampled: watched.isSampled,
      activity: watched.activity.state(),
      underWay: watched.underWay.state(),
      queued: watched.queued.state(),
      believed: (pattern: string) => this.#believed(pattern),
    };
    const lags = this.exports.at(now, watched.signs.position());
    return [
      ...burnRateChanges(watched.objectives.state(), active, now),
      ...needChanges(watched.needs.state(), active, now),
      ...builtInChanges(known, limits, active, now),
      ...thresholdChanges(thresholds, known, active, now),
      ...exportChanges(lags, limits.exportLagMs, active),
    ];
  }

  /** By domain. */
  #believed(pattern: string): ReadonlyMap<string, Believed> {
    const { confidence } = this.#watched.learned.state();
    return new Map(
      confidence.domains(pattern).map((domain) => [domain, confidence.posterior(pattern, domain)]),
    );
  }
}
