/** What is said about a log as a whole, and what holds because of it. */
import type { ActiveAlert, Silence } from "./alert.ts";
import type { OpenBreaker } from "./breaker.ts";
import type { Fact } from "./event.ts";

/** Begins the ids of runs that nobody started: what is about the log as a whole is filed under them. */
export const OF_LOG = "reeve:";

/** The run that says what is paused, scheduled and active; and the pattern of all such runs. */
export const CONTROLS: string = `${OF_LOG}controls`;

/** Whether the run is one that nobody started. */
export function isOfLog(run: string): boolean {
  return run.startsWith(OF_LOG);
}

/** What can be said about the log as a whole. */
export type ControlFact = Extract<
  Fact,
  {
    readonly kind:
      | "pattern-paused"
      | "pattern-resumed"
      | "agent-paused"
      | "agent-resumed"
      | "breaker-changed"
      | "schedule-set"
      | "schedule-removed"
      | "profile-activated"
      | "alert-changed"
      | "alert-silenced"
      | "silence-ended"
      | "alert-receivers-set"
      | "alert-delivery-tried";
  }
>;

export interface Pause {
  readonly reason: string;
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export type ScheduleRecord = Extract<Fact, { readonly kind: "schedule-set" }> & {
  /** When it was set, in epoch milliseconds. */
  readonly at: number;
};

/** The profile that is active, with who activated it and when, in epoch milliseconds. */
export interface ActiveProfile {
  readonly profile: string;
  readonly by: string;
  readonly at: number;
}

/** What is paused, the breakers that are not closed, the schedules, the alerts that fire and the silences, by name; the active profile. */
export interface ControlState {
  readonly patterns: ReadonlyMap<string, Pause>;
  readonly agents: ReadonlyMap<string, Pause>;
  /** By agent. */
  readonly breakers: ReadonlyMap<string, OpenBreaker>;
  readonly schedules: ReadonlyMap<string, ScheduleRecord>;
  readonly profile: ActiveProfile | undefined;
  readonly alerts: ReadonlyMap<string, ActiveAlert>;
  /** By id; those that have ended by themselves may be among them. */
  readonly silences: ReadonlyMap<string, Silence>;
}
