/**
 * What commands ask of a runtime: of the one that the configuration describes, or of one behind a server. Whatever a
 * command shows comes through here, so that it is the same either way.
 */
import type {
  ActiveAlert,
  AlertEpisode,
  ChoicePreview,
  ContextRequest,
  DelegateTaskOptions,
  Matches,
  ObjectiveReport,
  Pausable,
  Paused,
  Posterior,
  RunHandle,
  RunPage,
  RunQuery,
  RunRecord,
  ScheduleOptions,
  ScheduleView,
  Silence,
  SilenceOptions,
  StartOptions,
  SurveyedPattern,
} from "@reeve/core";
import type { PatternContexts } from "@reeve/core";
import type { Health } from "@reeve/server";
import type { Act, ActivityPoint, AgentView, BulkInput, BulkResult, QueueView } from "@reeve/server/contract";
import type { HeldBreaker } from "../output/breaker-lines.ts";
import type { Outline } from "../progress/outline.ts";

export interface RuntimeAccess extends AsyncDisposable {
  /**
   * Who does what is asked: "owner" this process, "guest" another one of this machine that has the log, "client" a
   * server.
   */
  readonly role: "owner" | "guest" | "client";
  start(pattern: string, input: unknown, options?: StartOptions): Promise<RunHandle>;
  delegate(context: ContextRequest, input: unknown, options?: DelegateTaskOptions): Promise<RunHandle>;
  choose(context: ContextRequest): Promise<ChoicePreview>;
  run(id: string): RunHandle;
  runs(query?: RunQuery): Promise<RunPage>;
  pause(what: Pausable, reason?: string): Promise<void>;
  resume(what: Pausable): Promise<void>;
  paused(): Promise<Paused>;
  /** Those that are not closed, by agent. */
  breakers(): Promise<ReadonlyMap<string, HeldBreaker>>;
  schedule(name: string, options: PlainSchedule): Promise<void>;
  unschedule(name: string): Promise<void>;
  schedules(): Promise<readonly ScheduleView[]>;
  /** A pattern in the version that starts new runs; undefined where none has the name. */
  outline(pattern: string): Promise<Outline | undefined>;
  /** Names of what is registered. */
  names(of: "patterns" | "agents"): Promise<readonly string[]>;
  /** Every version of the registered patterns, or of those at or below a name. */
  registry(name?: string): Promise<Registry>;
  /** What was learned of patterns, by pattern and domain. */
  confidence(): Promise<readonly Believed[]>;
  /** Whether contexts survived, those of which more was broken first. */
  contexts(): Promise<readonly ContextsOfPattern[]>;
  /** Those of the registered patterns, with how their attempts went in the last day. */
  agents(): Promise<readonly AgentFound[]>;
  /** Runs that wait to begin, by pattern. */
  queues(): Promise<readonly QueueView[]>;
  /** Who did what, the latest 1,000 acts, the latest first. */
  acts(): Promise<readonly Act[]>;
  /** One action for every run that a filter names. */
  bulk(asked: BulkInput): Promise<BulkResult>;
  /** How the runtime does, in one sentence and in findings, the worst first. */
  health(): Promise<Health>;
  /** What fires, what is left of budgets, what is silenced, and what fired before. */
  alerts(): Promise<AlertsFound>;
  /** @returns the silence's id */
  silence(alert: string, options: SilenceOptions): Promise<string>;
  unsilence(id: string): Promise<void>;
  /** Those in force, the next to end first. */
  silences(): Promise<readonly Silence[]>;
  /** A value of a run as text for people, without secrets; cut where it is long. Undefined where there is none. */
  valueText(run: RunRecord, of: ValueOf): Promise<string | undefined>;
  close(): Promise<void>;
}

/** How far back it is told how attempts went. */
export const LATELY_MS = 86_400_000;

/** With how its attempts went in that time. */
export interface AgentFound extends AgentView {
  readonly lately: Pick<ActivityPoint, "good" | "bad" | "other" | "p50Ms" | "p95Ms">;
}

export interface AlertsFound {
  /** The earliest first. */
  readonly alerts: readonly ActiveAlert[];
  readonly objectives: readonly Pick<ObjectiveReport, "objective" | "budget" | "budgetLeft" | "windows">[];
  readonly silences: readonly Silence[];
  /** The latest first. */
  readonly history: readonly AlertEpisode[];
  /** Of the log, in epoch milliseconds. */
  readonly now: number;
}

/** The run's own input or output, or what a step returned: by its path, and where this log keeps it. */
export type ValueOf = "input" | "output" | { readonly path: string; readonly payload: number };

/** A schedule that can cross a network: its pattern by name. */
export type PlainSchedule = Omit<ScheduleOptions, "pattern"> & { readonly pattern: string };

/** One version of a pattern as lists show it. */
export interface RegisteredPattern extends Pick<
  SurveyedPattern,
  "name" | "description" | "version" | "steps" | "similar" | "lighter"
> {
  readonly kind: string;
  readonly matches: Matches | undefined;
  readonly advice: readonly { readonly code: string; readonly path: string; readonly message: string }[];
}

export interface Registry {
  readonly patterns: readonly RegisteredPattern[];
  /** Of all patterns, also of those that were not asked for. */
  readonly names: readonly string[];
}

/** What was learned of a pattern in a domain. */
export interface Believed {
  readonly pattern: string;
  readonly domain: string;
  readonly posterior: Omit<Posterior, "deviation" | "offers">;
}

export type ContextsOfPattern = Omit<PatternContexts, "lastAt">;
