/** The runs that a report is about, and figures over them. */
import {
  OUTCOME_STATUSES,
  type OutcomeStatus,
  type RunQuery,
  type RunRecord,
  type StepError,
} from "@reeve/core";
import type { RuntimeAccess } from "../access/runtime-access.ts";

const PAGE = 1_000;
/** More than this is said, and left out. */
const RUNS_MAX = 10_000;
/** The error of each is a question of its own. */
const ERRORS_READ_MAX = 200;

export interface Gathered {
  /** The newest first. */
  readonly runs: readonly RunRecord[];
  /** There are older ones, which are not among them. */
  readonly isMore: boolean;
}

export async function gatherRuns(access: RuntimeAccess, query: RunQuery): Promise<Gathered> {
  const runs: RunRecord[] = [];
  let after: string | undefined;
  do {
    const page = await access.runs({ ...query, limit: PAGE, ...(after !== undefined && { after }) });
    runs.push(...page.runs);
    after = page.next;
  } while (after !== undefined && runs.length < RUNS_MAX);
  return { runs, isMore: after !== undefined };
}

/** Those that failed to do what was asked: neither completed, nor ended by someone. */
export function isBad({ outcome }: Pick<RunRecord, "outcome">): boolean {
  return outcome !== undefined && outcome !== "completed" && outcome !== "cancelled";
}

export function countsOf(runs: readonly RunRecord[]): ReadonlyMap<OutcomeStatus, number> {
  const counts = new Map<OutcomeStatus, number>(OUTCOME_STATUSES.map((status) => [status, 0]));
  for (const { outcome } of runs) if (outcome) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return counts;
}

/** Of runs that completed or failed; undefined where there are none. */
export function successOf(runs: readonly RunRecord[]): number | undefined {
  const good = runs.filter(({ outcome }) => outcome === "completed").length;
  const all = good + runs.filter(isBad).length;
  return all === 0 ? undefined : good / all;
}

/** The nearest-rank quantile of how long the runs took that ended; undefined where none did. */
export function quantileMs(runs: readonly RunRecord[], share: number): number | undefined {
  const times = runs
    .flatMap(({ startedAt, endedAt }) => (endedAt === undefined ? [] : [endedAt - startedAt]))
    .toSorted((left, right) => left - right);
  return times[Math.max(0, Math.ceil(share * times.length) - 1)];
}

/** Runs that failed in the same way. */
export interface FailureKind {
  readonly pattern: string;
  /** Numbers of items are left out. */
  readonly step: string;
  readonly error: StepError;
  count: number;
  firstAt: number;
  readonly lastAt: number;
  /** The latest. */
  readonly run: string;
}

export interface FailureKinds {
  readonly kinds: readonly FailureKind[];
  /** Bad runs, and how many of them were looked at: the latest. */
  readonly bad: number;
  readonly read: number;
}

export async function failureKinds(access: RuntimeAccess, runs: readonly RunRecord[]): Promise<FailureKinds> {
  const bad = runs.filter(isBad);
  const kinds = new Map<string, FailureKind>();
  for (const { id, pattern, endedAt = 0 } of bad.slice(0, ERRORS_READ_MAX)) {
    const outcome = await access.run(id).outcome({ redacted: true });
    const error = "error" in outcome ? outcome.error : timedOut(outcome.status);
    const step = error.path.replace(/\[\d+\]/g, "[*]");
    const key = JSON.stringify([pattern, step, error.code, error.code === "thrown" ? error.name : ""]);
    const known = kinds.get(key);
    if (known) {
      known.count++;
      known.firstAt = Math.min(known.firstAt, endedAt);
    } else kinds.set(key, { pattern, step, error, count: 1, firstAt: endedAt, lastAt: endedAt, run: id });
  }
  const often = [...kinds.values()].toSorted((left, right) => right.count - left.count);
  return { kinds: often, bad: bad.length, read: Math.min(bad.length, ERRORS_READ_MAX) };
}

function timedOut(status: OutcomeStatus): StepError {
  return { name: "ReeveError", code: "pattern-timed-out", message: `the run ended as ${status}`, path: "" };
}
