/** What health is judged by. */
import type { ActiveAlert, AlertRules, OpenBreaker, Paused, Silence } from "@reeve/core";
import type { Board } from "../board/board.ts";
import type { RuntimeState } from "../contract/health.ts";
import type { Needs } from "../contract/overview.ts";

/** Something that went wrong beside the runs themselves. */
export interface Report {
  readonly at: number;
  readonly what: string;
  readonly message: string;
  readonly code: string | null;
}

export interface Known {
  readonly now: number;
  readonly board: Board;
  readonly needs: Needs;
  readonly paused: Paused;
  /** Those that are not closed, by agent. */
  readonly breakers: ReadonlyMap<string, OpenBreaker>;
  readonly agentsOf: (pattern: string) => readonly string[];
  readonly runtime: RuntimeState;
  readonly reports: readonly Report[];
  readonly alerts: readonly ActiveAlert[];
  readonly silences: readonly Silence[];
  /** What alerts follow from beside the log. */
  readonly rules: AlertRules;
  /** The agent of the pattern whose attempts took longest lately. */
  readonly slowestAgent: (pattern: string) => Slowest | undefined;
  /** When the last event of the log happened. */
  readonly lastEventAt: number;
  readonly logId: string;
  readonly position: number;
}

/** An agent, and within how many milliseconds 95 % of its attempts ended lately. */
export interface Slowest {
  readonly agent: string;
  readonly p95Ms: number;
}
