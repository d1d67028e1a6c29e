/** What waits for a person: from the board, and from the runs that wait. */
import type { RunState } from "@reeve/core";
import type { Need, NeedKind, Needs } from "../contract/overview.ts";
import type { OpenWaits } from "../runs/open-waits.ts";
import type { UnfinishedRuns } from "../runs/unfinished-runs.ts";
import type { Board } from "./board.ts";

/** Runs whose events are read for what they wait for; the oldest. */
const WAITING_READ_MAX = 1_000;
const LISTED_MAX = 1_000;
const PATHS_MAX = 20;
const CAN_WAIT: ReadonlySet<RunState> = new Set(["waiting", "running", "paused"]);

export interface NeedsSources {
  readonly board: Board;
  readonly unfinished: UnfinishedRuns;
  readonly waits: OpenWaits;
  /** Templates of paths of approvals that who started a run must not answer, by pattern. */
  readonly notByStarter: ReadonlyMap<string, ReadonlySet<string>>;
  /** Versions of patterns whose runs never wait for a person, by pattern: their events need not be read. */
  readonly unattended: ReadonlyMap<string, ReadonlySet<string>>;
}

export async function needsOf(sources: NeedsSources): Promise<Needs> {
  const { board, unfinished } = sources;
  const { needs: approvals, isMore } = await approvalsOf(sources);
  const needs = [...approvals, ...strandedOf(board, unfinished), ...leftoversOf(board)];
  needs.sort((left, right) => left.since - right.since);
  const counts: { [kind in NeedKind]: number } = {
    approval: 0,
    "rollback-failed": 0,
    unsure: 0,
    stranded: 0,
  };
  for (const { kind } of needs) counts[kind]++;
  return { needs: needs.slice(0, LISTED_MAX), counts, isMore: isMore || needs.length > LISTED_MAX };
}

async function approvalsOf({ unfinished, waits, notByStarter, unattended }: NeedsSources): Promise<{
  readonly needs: readonly Need[];
  readonly isMore: boolean;
}> {
  const waiting = [...unfinished.in(CAN_WAIT)]
    .filter(({ pattern, patternVersion }) => unattended.get(pattern)?.has(patternVersion) !== true)
    .toSorted((left, right) => left.startedAt - right.startedAt);
  const needs: Need[] = [];
  for (const record of waiting.slice(0, WAITING_READ_MAX)) {
    for (const { path, since } of await waits.of(record)) {
      const template = path.replace(/\[\d+\]/g, "[*]");
      needs.push({
        kind: "approval",
        run: record.id,
        pattern: record.pattern,
        paths: [path],
        since,
        detail: `'${path}' waits for an answer`,
        notByStarter: notByStarter.get(record.pattern)?.has(template) === true,
      });
    }
  }
  return { needs, isMore: waiting.length > WAITING_READ_MAX };
}

function strandedOf(board: Board, unfinished: UnfinishedRuns): readonly Need[] {
  return Array.from(board.stranded.values(), ({ run, at, reason, hint }) => ({
    kind: "stranded",
    run,
    pattern: unfinished.get(run)?.pattern ?? "",
    paths: [],
    since: at,
    detail: `${reason}; ${hint}`,
    notByStarter: false,
  }));
}

function leftoversOf(board: Board): readonly Need[] {
  return Array.from(board.leftovers.values(), ({ kind, run, pattern, paths, at, detail }) => ({
    kind,
    run,
    pattern,
    paths: paths.slice(0, PATHS_MAX),
    since: at,
    detail,
    notByStarter: false,
  }));
}
