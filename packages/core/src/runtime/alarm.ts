/**
 * Evaluates the objectives of a runtime, and which runs need a person, every half minute and says in the log what has changed.
 *
 * Invariant: each change is said once: which alerts fire is read from the log, and saying it changes that at once.
 */
import type { CancelTimer } from "../clock.ts";
import type { FoldReader } from "../delegation/fold.ts";
import type { Engine } from "../engine/engine.ts";
import { burnRateChanges } from "../telemetry/burn-rate.ts";
import { needChanges } from "../telemetry/need-alerts.ts";
import { needs, type Needs } from "../telemetry/needs.ts";
import { objectives, type Objectives } from "../telemetry/objectives.ts";
import type { Settings } from "./settings.ts";

const EVALUATE_EVERY_MS = 30_000;

/** What alerts follow from. */
export interface Watched {
  readonly objectives: FoldReader<Objectives>;
  readonly needs: FoldReader<Needs>;
}

/** Undefined where nobody asked for alerts, and for a guest: the log's owner evaluates. */
export async function followAlertSources(engine: Engine, settings: Settings): Promise<Watched | undefined> {
  if (engine.role === "guest") return undefined;
  const isAsked = settings.objectives.length > 0 || settings.telemetry !== undefined;
  // Alerts of objectives that are no more are to be resolved.
  if (!isAsked && engine.controls().alerts.size === 0) return undefined;
  return {
    objectives: await engine.fold(objectives(settings.objectives)),
    needs: await engine.fold(needs),
  };
}

export class Alarm {
  readonly #engine: Engine;
  readonly #watched: Watched;
  readonly #report: Settings["report"];
  #cancelTimer: CancelTimer = () => {};

  constructor(engine: Engine, watched: Watched, report: Settings["report"]) {
    this.#engine = engine;
    this.#watched = watched;
    this.#report = report;
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
    const { alerts } = this.#engine.controls();
    const now = this.#engine.clock.now();
    const changes = [
      ...burnRateChanges(this.#watched.objectives.state(), alerts, now),
      ...needChanges(this.#watched.needs.state(), alerts, now),
    ];
    for (const change of changes) {
      this.#engine.control({ kind: "alert-changed", ...change }).catch((error: unknown) => {
        this.#report({ what: `that alert '${change.alert}' is ${change.state} can't be kept`, error });
      });
    }
  }
}
