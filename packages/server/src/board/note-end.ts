/** What the end of a run adds to the board: an ending of its pattern, a failure, and what is left for a person. */
import type { Event } from "@reeve/core";
import { errorOf, type StoredEnd } from "../runs/error-view.ts";
import type { ErrorView } from "../contract/run-detail.ts";
import { dropOldest, type Board, type Leftover } from "./board.ts";

type RunEnded = Extract<Event, { readonly kind: "run-ended" }>;

const PATTERNS_MAX = 500;
const ENDINGS_MAX = 50;
const GROUPS_MAX = 500;
const LEFTOVERS_MAX = 1_000;
const PATHS_SHOWN_MAX = 20;

export function noteEnd(board: Board, event: RunEnded): void {
  const { outcome, pattern, run, at } = event;
  const isBad = BAD.has(outcome.status);
  const error = isBad ? errorOf(outcome) : null;
  if (isBad || outcome.status === "completed") {
    const endings = board.endings.get(pattern) ?? [];
    endings.push({ run, at, bad: isBad, error: error && withoutStack(error) });
    if (endings.length > ENDINGS_MAX) endings.shift();
    board.endings.delete(pattern);
    board.endings.set(pattern, endings);
    dropOldest(board.endings, PATTERNS_MAX);
  }
  if (error) noteFailure(board, event, error);
  const leftover = leftoverOf(event);
  if (!leftover) return;
  board.leftovers.set(run, leftover);
  dropOldest(board.leftovers, LEFTOVERS_MAX);
}

/** Cancelled and rejected runs say nothing of how a pattern does. */
const BAD: ReadonlySet<StoredEnd["status"]> = new Set([
  "failed",
  "rolled-back",
  "rollback-failed",
  "timed-out",
]);

function noteFailure(board: Board, { outcome, pattern, run, at }: RunEnded, error: ErrorView): void {
  const step = error.path.replace(/\[\d+\]/g, "[*]");
  const key = JSON.stringify([pattern, step, error.code]);
  const known = board.failures.get(key);
  board.failures.delete(key);
  board.failures.set(key, {
    pattern,
    step,
    code: error.code,
    count: (known?.count ?? 0) + 1,
    firstAt: known?.firstAt ?? at,
    lastAt: at,
    run,
    outcome: outcome.status,
    error,
  });
  board.failuresDropped += dropOldest(board.failures, GROUPS_MAX);
}

function leftoverOf({ outcome, pattern, run, at }: RunEnded): Leftover | undefined {
  if (outcome.status === "completed") return undefined;
  const { notUndone, unsure } = outcome;
  if (outcome.status === "rollback-failed") {
    const detail = `${listed(notUndone)} could not be undone after: ${outcome.error.message}`;
    return { kind: "rollback-failed", run, pattern, paths: notUndone.slice(0, PATHS_SHOWN_MAX), at, detail };
  }
  if (unsure.length === 0) return undefined;
  const detail = `whether ${listed(unsure)} had its effect is not known`;
  return { kind: "unsure", run, pattern, paths: unsure.slice(0, PATHS_SHOWN_MAX), at, detail };
}

function listed(paths: readonly string[]): string {
  const [first = "a step", ...others] = paths;
  return others.length === 0 ? `'${first}'` : `'${first}' and ${others.length} more`;
}

function withoutStack(error: ErrorView): ErrorView {
  return { ...error, stack: null, cause: null };
}
