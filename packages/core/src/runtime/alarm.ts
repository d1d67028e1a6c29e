/**
 * Evaluates the objectives of a runtime every half minute and says in the log what has changed.
 *
 * Invariant: each change is said once: which alerts fire is read from the log, and saying it changes that at once.
 */
import type { CancelTimer } from "../clock.ts";
import type { FoldReader } from "../delegation/fold.ts";
import type { Engine } from "../engine/engine.ts";
import { burnRateChanges } from "../telemetry/burn-rate.ts";
import { objectives, type Objectives } from "../telemetry/objectives.ts";
import type { Settings } from "./settings.ts";

const EVALUATE_EVERY_MS = 30_000;

/** What there is to evaluate; undefined where there is nothing, and for a guest: the log's owner evaluates. */
export async function followObjectives(
  engine: Engine,
  settings: Settings,
): Promise<FoldReader<Objectives> | undefined> {
  if (engine.role === "guest") return undefined;
  // Alerts of objectives that are no more are to be resolved.
  const hasAny = settings.objectives.length > 0 || engine.controls().alerts.size > 0;
  return hasAny ? engine.fold(objectives(settings.objectives)) : undefined;
}

export class Alarm {
  readonly #engine: Engine;
  readonly #counted: FoldReader<Objectives>;
  readonly #report: Settings["report"];
  #cancelTimer: CancelTimer = () => {};

  constructor(engine: Engine, counted: FoldReader<Objectives>, report: Settings["report"]) {
    this.#engine = engine;
    this.#counted = counted;
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
    for (const change of burnRateChanges(this.#counted.state(), alerts, this.#engine.clock.now())) {
      this.#engine.control({ kind: "alert-changed", ...change }).catch((error: unknown) => {
        this.#report({ what: `that alert '${change.alert}' is ${change.state} can't be kept`, error });
      });
    }
  }
}
