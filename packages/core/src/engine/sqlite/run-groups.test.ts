/** How runs are spread over groups, and that pages are the same however they are. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { seededRandom } from "../../random.ts";
import type { RunQuery } from "../engine.ts";
import { batchOf, SampleLog, START } from "../store-samples.ts";
import type { RunRow, Store } from "../store.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { ERA_RUNS, OWN_GROUPS_RUNS } from "./run-groups.ts";

let folder: string;
let file: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-groups-"));
  file = join(folder, "log.db");
  store = openSqliteStore(file, { durability: "os", access: "own" });
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

test("a domain has groups of its own only after its first runs, also when the file was opened again", () => {
  const samples = new SampleLog();
  const write = (domain: string, runs: number): void => {
    void store.commit(batchOf({ runs: Array.from({ length: runs }, () => samples.run({ domain })) }));
  };
  write("busy", OWN_GROUPS_RUNS - 1);
  write("rare", 10);
  store.close();
  store = openSqliteStore(file, { durability: "os", access: "own" });
  write("busy", 3);
  write("rare", 1);
  expect(groups("running")).toEqual([
    { domain: null, runs: OWN_GROUPS_RUNS + 11 },
    { domain: "busy", runs: 2 },
  ]);
  expect(pageAll({ domain: "busy" })).toHaveLength(OWN_GROUPS_RUNS + 2);
  expect(pageAll({ domain: "rare" })).toHaveLength(11);
});

test("ended runs are filed by era, each with about as many runs, in whatever order they end", () => {
  const samples = new SampleLog();
  const random = seededRandom(1);
  const runs = Array.from({ length: ERA_RUNS * 6 }, () => samples.run());
  void store.commit(batchOf({ runs, events: runs.map((run) => samples.event(run)) }));
  const shuffled = runs
    .map((run) => ({ run, by: random.next() }))
    .toSorted((one, other) => one.by - other.by);
  for (let from = 0; from < shuffled.length; from += 500) {
    const changes = shuffled
      .slice(from, from + 500)
      .map(
        ({ run }) => ({ key: run.key, state: "ended", outcome: "completed", endedAt: START + 1e6 }) as const,
      );
    void store.commit(batchOf({ changes }));
  }
  const eras = groups("ended");
  expect(eras.length).toBeGreaterThanOrEqual(4);
  expect(Math.max(...eras.map((era) => era.runs))).toBeLessThanOrEqual(ERA_RUNS * 4);
});

test("pages are the same over many groups, eras and rare domains as over one sorted list", () => {
  const runs = writeRuns(9_000);
  const filters: readonly RunQuery[] = [
    {},
    { domain: "busy" },
    { domain: "rare-3", outcomes: ["failed"] },
    { startedFrom: START + 2_000, startedBefore: START + 2_300 },
    { startedFrom: START + 500, startedBefore: START + 8_000, pattern: "pattern-0" },
    { domain: "busy", startedFrom: START + 4_000 },
    { states: ["running"], startedBefore: START + 5_000 },
  ];
  for (const filter of filters) {
    for (const sort of ["started", "ended", "duration"] as const) {
      for (const descending of [true, false]) {
        const query = { ...filter, sort, descending };
        expect(pageAll(query), JSON.stringify(query)).toEqual(expected(runs, query));
      }
    }
  }
});

function writeRuns(count: number): readonly RunRow[] {
  const samples = new SampleLog();
  const random = seededRandom(3);
  const written: RunRow[] = [];
  while (written.length < count) {
    const runs = Array.from({ length: 300 }, () => {
      const isBusy = random.next() < 0.6;
      const domain = isBusy ? "busy" : `rare-${Math.floor(random.next() * 20)}`;
      return samples.run({ domain, pattern: `pattern-${Math.floor(random.next() * 2)}` });
    });
    void store.commit(batchOf({ runs, events: runs.map((run) => samples.event(run)) }));
    const ended = runs.map((run) => {
      const outcome = random.next() < 0.8 ? "completed" : "failed";
      // Few different durations, so that keys decide between equals.
      const endedAt = run.startedAt + Math.floor(random.next() ** 3 * 50);
      return random.next() < 0.02 ? run : ({ ...run, state: "ended", outcome, endedAt } as const);
    });
    void store.commit(batchOf({ changes: ended.filter(({ state }) => state === "ended") }));
    written.push(...ended);
  }
  return written;
}

function pageAll(query: RunQuery): readonly string[] {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = store.findRuns({ ...query, limit: 1_000, ...(after === undefined ? {} : { after }) });
    ids.push(...page.runs.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined);
  return ids;
}

function expected(runs: readonly RunRow[], query: RunQuery): readonly string[] {
  const { domain, pattern, outcomes, states, startedFrom = 0, startedBefore = Infinity } = query;
  const value = (run: RunRow): number => {
    if (query.sort === "started") return run.startedAt;
    if (run.endedAt === undefined) return Infinity;
    return query.sort === "ended" ? run.endedAt : run.endedAt - run.startedAt;
  };
  const sign = query.descending ? -1 : 1;
  const order = (one: RunRow, other: RunRow): number => {
    const [left, right] = [value(one), value(other)];
    return sign * (left === right ? one.key - other.key : left < right ? -1 : 1);
  };
  return runs
    .filter((run) => domain === undefined || run.context.domain === domain)
    .filter((run) => pattern === undefined || run.pattern === pattern)
    .filter((run) => !outcomes || (run.outcome !== undefined && outcomes.includes(run.outcome)))
    .filter((run) => !states || states.includes(run.state))
    .filter((run) => run.startedAt >= startedFrom && run.startedAt < startedBefore)
    .toSorted(order)
    .map(({ id }) => id);
}

function groups(state: string): readonly { readonly domain: unknown; readonly runs: number }[] {
  const raw = new DatabaseSync(file, { readOnly: true });
  const rows = raw
    .prepare(
      `SELECT domain, count(*) AS runs FROM run_groups JOIN runs ON group_id = run_groups.id
       WHERE state = ? GROUP BY run_groups.id ORDER BY run_groups.id`,
    )
    .all(state);
  raw.close();
  return rows.map((row) => ({ domain: row["domain"], runs: Number(row["runs"]) }));
}

test("a group goes with its last run, and runs filed after that are found", () => {
  const samples = new SampleLog();
  const end = { state: "ended", outcome: "completed", endedAt: START + 1 } as const;
  const write = (): readonly RunRow[] => {
    const runs = Array.from({ length: 10 }, () => samples.run(end));
    void store.commit(batchOf({ runs }));
    return runs;
  };
  const keys = write().map(({ key }) => key);
  const trim = { payloads: [], position: 0, rowsMax: 100 };
  void store.commit(batchOf({ trim: { ...trim, runs: keys.slice(1) } }));
  expect(groups("ended")).toEqual([{ domain: null, runs: 1 }]);
  void store.commit(batchOf({ trim: { ...trim, runs: keys.slice(0, 1) } }));
  const raw = new DatabaseSync(file, { readOnly: true });
  expect(raw.prepare("SELECT count(*) AS count FROM run_groups").get()).toEqual({ count: 0 });
  raw.close();
  const later = write();
  expect(pageAll({ sort: "started", descending: false })).toEqual(later.map(({ id }) => id));
});

test("runs that end late make no eras of their own as long as there is room in those before", () => {
  const samples = new SampleLog();
  const end = { state: "ended", outcome: "completed", endedAt: START + 1e6 } as const;
  const runs = Array.from({ length: ERA_RUNS * 4 }, () => samples.run());
  void store.commit(batchOf({ runs, events: runs.map((run) => samples.event(run)) }));
  const isLate = (_: RunRow, index: number): boolean => index % 10 === 0;
  const inTime = runs.filter((run, index) => !isLate(run, index));
  // The later ones first, each below all that ended before it.
  const late = runs.filter(isLate).toReversed();
  for (const ended of [inTime, late]) {
    void store.commit(batchOf({ changes: ended.map(({ key }) => ({ ...end, key })) }));
  }
  expect(groups("ended")).toHaveLength(4);
});
