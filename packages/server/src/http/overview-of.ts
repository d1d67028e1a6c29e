/** Puts the overview and the queues together from what the views know. */
import type { RunRecord, RunState } from "@reeve/core";
import type { Overview, QueueView, RecentEndings } from "../contract/overview.ts";
import { runSummary } from "../runs/run-summary.ts";
import type { Views } from "./views.ts";

const RUNS_SHOWN = 20;
const FAILURES_SHOWN = 10;
const PATTERNS_SHOWN = 50;
const PLACES_SHOWN = 100;
/** Runs whose places are read. */
const QUEUED_READ_MAX = 1_000;

export async function overviewOf(views: Views): Promise<Overview> {
  const health = await views.health();
  const needs = await views.needs();
  const { unfinished, runtime } = views;
  const paused = runtime.paused();
  return {
    health,
    active: unfinished.counts,
    activeByPattern: Array.from(unfinished.byPattern, ([pattern, count]) => ({ pattern, count }))
      .toSorted((left, right) => right.count - left.count)
      .slice(0, PATTERNS_SHOWN),
    recent: recentOf(views),
    needs: needs.counts,
    failures: views.failures().groups.slice(0, FAILURES_SHOWN),
    runs: latestOf(views),
    paused: { patterns: Object.keys(paused.patterns), agents: Object.keys(paused.agents) },
  };
}

/** The worst first, and the latest of those that are alike: among many patterns the one that fails must not be missing. */
function recentOf({ board }: Views): readonly RecentEndings[] {
  return Array.from(board.endings, ([pattern, endings]) => ({
    pattern,
    ended: endings.length,
    bad: endings.filter(({ bad }) => bad).length,
    lastAt: endings.at(-1)?.at ?? 0,
  }))
    .toReversed()
    .toSorted((left, right) => right.bad / right.ended - left.bad / left.ended)
    .slice(0, PATTERNS_SHOWN);
}

const AT_WORK: ReadonlySet<RunState> = new Set(["running", "waiting", "paused", "undoing", "stranded"]);

/** The latest, found without sorting all: there may be very many. */
function latestOf({ unfinished }: Views): Overview["runs"] {
  const latest: RunRecord[] = [];
  for (const record of unfinished.in(AT_WORK)) {
    const last = latest.at(-1);
    if (latest.length === RUNS_SHOWN && last && record.startedAt <= last.startedAt) continue;
    const place = latest.findIndex(({ startedAt }) => startedAt < record.startedAt);
    latest.splice(place < 0 ? latest.length : place, 0, record);
    if (latest.length > RUNS_SHOWN) latest.pop();
  }
  return latest.map(runSummary);
}

const QUEUED: ReadonlySet<RunState> = new Set(["queued"]);

export async function queuesOf(views: Views): Promise<readonly QueueView[]> {
  await views.unfinished.refresh();
  const byPattern = Map.groupBy(views.unfinished.in(QUEUED), ({ pattern }) => pattern);
  const details = new Map(views.patterns().map((pattern) => [pattern.name, pattern]));
  const queues = Array.from(byPattern, async ([pattern, runs]): Promise<QueueView> => {
    const detail = details.get(pattern);
    return {
      pattern,
      depth: runs.length,
      oldestAt: runs.reduce((oldest, { startedAt }) => Math.min(oldest, startedAt), Infinity),
      places: await placesOf(views, runs.slice(0, QUEUED_READ_MAX)),
      limits: detail?.limits ?? [],
      paused: detail !== undefined && detail.paused !== null,
    };
  });
  return Promise.all(queues);
}

/** What stands in front of each run is said by the event that started it. */
async function placesOf({ engine }: Views, runs: readonly RunRecord[]): Promise<QueueView["places"]> {
  const counts = new Map<string, number>();
  for (const { id } of runs) {
    for await (const event of engine.events({ run: id, follow: false })) {
      if (event.kind !== "run-started") continue;
      for (const place of event.admission?.places ?? []) counts.set(place, (counts.get(place) ?? 0) + 1);
      break;
    }
  }
  return Array.from(counts, ([place, count]) => ({ place, count }))
    .toSorted((left, right) => right.count - left.count)
    .slice(0, PLACES_SHOWN);
}
