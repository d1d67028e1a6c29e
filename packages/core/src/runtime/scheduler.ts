/**
 * Starts the runs of schedules when they are due. What was started is known from the runs themselves (a fold over
 * their starts), and a time can't start its run twice, since the run's id follows from it.
 */
import type { CancelTimer } from "../clock.ts";
import type { Fold, FoldReader } from "../delegation/fold.ts";
import type { ScheduleRecord } from "../delegation/controls.ts";
import type { Engine } from "../engine/engine.ts";
import { ReeveError } from "../errors.ts";
import { dueTimes } from "../schedules/due-times.ts";
import { nextTime, runIdOf } from "../schedules/next-time.ts";
import { parseSchedule } from "../schedules/parse-schedule.ts";
import type { Schedule } from "../schedules/schedule.ts";
import type { Registry } from "../selection/registry.ts";
import type { Settings } from "./settings.ts";
import type { Starter } from "./starter.ts";

/** The machine may sleep, or its clock be set: nothing is awaited longer than this. */
const LOOK_AGAIN_MS = 60_000;

/** The latest time of each schedule that has a run, in epoch milliseconds. A map: schedules can have any name. */
type Fired = Map<string, number>;

const fired: Fold<Fired> = {
  name: "reeve.schedules",
  version: 2,
  kinds: ["run-started"],
  initial: () => new Map(),
  apply: (state, event) => {
    const schedule = event.kind === "run-started" ? event.origin?.schedule : undefined;
    if (schedule) state.set(schedule.name, Math.max(state.get(schedule.name) ?? 0, schedule.dueAt));
    return state;
  },
  save: (state) => [...state],
  revive: (saved) => {
    if (!isSaved(saved)) throw new TypeError("the checkpoint of 'reeve.schedules' is not one of its own");
    return new Map(saved);
  },
};

/** Only this fold writes it; another version of it never gets here. */
function isSaved(saved: unknown): saved is readonly (readonly [string, number])[] {
  return Array.isArray(saved) && saved.every(Array.isArray);
}

export interface SchedulerHost {
  readonly engine: Engine;
  readonly registry: Registry;
  readonly starter: Starter;
  readonly settings: Settings;
}

export class Scheduler {
  readonly #host: SchedulerHost;
  readonly #parsed = new WeakMap<ScheduleRecord, Schedule>();
  /** Times dealt with by this process; runs that were refused are not in the log. */
  readonly #handled = new Map<string, number>();
  #fired: FoldReader<Fired> | undefined;
  #cancel: CancelTimer | undefined;
  #lookedAt = 0;
  #looking: Promise<void> | undefined;
  #closed = false;

  constructor(host: SchedulerHost) {
    this.#host = host;
  }

  /** Looks which schedules are due, now and whenever one may be. Nothing is followed before there is a schedule. */
  look(): void {
    if (this.#closed || this.#looking || this.#host.engine.role === "guest") return;
    const { report } = this.#host.settings;
    this.#looking = this.#look()
      .catch((error: unknown) => report({ what: "starting the runs of schedules", error }))
      .finally(() => {
        this.#looking = undefined;
        this.#lookLater();
      });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { engine } = this.#host;
    this.#lookedAt = engine.clock.now();
    const { schedules } = engine.controls();
    if (schedules.size === 0) return;
    this.#fired ??= await engine.fold(fired);
    for (const record of schedules.values()) if (!this.#closed) await this.#fire(record);
  }

  async #fire(record: ScheduleRecord): Promise<void> {
    const { engine, settings } = this.#host;
    const schedule = this.#schedule(record);
    const { name } = schedule;
    const lastMs = Math.max(record.at, this.#fired?.state().get(name) ?? 0, this.#handled.get(name) ?? 0);
    const nowMs = engine.clock.now();
    const { times, skipped } = dueTimes(schedule, { lastMs, nowMs });
    if (skipped) {
      const count = skipped.count ?? "more than 100";
      const since = new Date(skipped.firstMs).toISOString();
      const error = new Error(`${count} times since ${since} were missed and are not made up for`);
      settings.report({ what: `schedule '${name}'`, error });
    }
    for (const time of times) {
      await this.#start(record, schedule, time);
      this.#handled.set(name, time);
    }
    if (skipped) this.#handled.set(name, Math.max(skipped.lastMs, this.#handled.get(name) ?? 0));
  }

  async #start(record: ScheduleRecord, schedule: Schedule, dueAt: number): Promise<void> {
    const { engine, registry, starter, settings } = this.#host;
    try {
      const input = record.input === undefined ? undefined : engine.read({ of: "payload", id: record.input });
      await starter.start(registry.named(record.pattern), input, {
        id: runIdOf(schedule, dueAt),
        context: record.context,
        principal: record.by,
        origin: { schedule: { name: schedule.name, dueAt } },
      });
    } catch (error) {
      // It was started before, when the schedule had another input or pattern.
      if (error instanceof ReeveError && error.code === "run-conflict") return;
      if (error instanceof ReeveError && error.code === "runtime-closed") throw error;
      const due = new Date(dueAt).toISOString();
      settings.report({ what: `schedule '${schedule.name}' could not start its run of ${due}`, error });
    }
  }

  #lookLater(): void {
    this.#cancel?.();
    const { engine } = this.#host;
    const { schedules } = engine.controls();
    if (this.#closed || schedules.size === 0) return;
    let lookAt = this.#lookedAt + LOOK_AGAIN_MS;
    // From the last look on: a time may have come while its runs were being started.
    for (const record of schedules.values())
      lookAt = Math.min(lookAt, nextTime(this.#schedule(record), this.#lookedAt) ?? Infinity);
    this.#cancel = engine.clock.timer(Math.max(0, lookAt - engine.clock.now()), () => this.look());
  }

  #schedule(record: ScheduleRecord): Schedule {
    let schedule = this.#parsed.get(record);
    if (!schedule) this.#parsed.set(record, (schedule = parseSchedule(record)));
    return schedule;
  }
}
