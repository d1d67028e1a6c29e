/** Pages of 50 runs by every kind of filter, in every order, from a file of many finished runs. */
import {
  agent,
  createRuntime,
  sequential,
  sqliteEngine,
  type RunPage,
  type RunQuery,
  type Runtime,
} from "reeve";
import { median, quantile } from "../statistics.ts";
import { DOMAINS, PATTERNS, type FinishedRuns } from "./make-finished-runs.ts";

export interface PagesOptions extends Pick<FinishedRuns, "startedFrom" | "startedBefore"> {
  readonly file: string;
  readonly repetitions: number;
}

export interface PageSample {
  readonly filter: string;
  readonly time: string;
  readonly sort: NonNullable<RunQuery["sort"]>;
  readonly descending: boolean;
  /** Counted from 1. */
  readonly page: number;
  readonly rows: number;
  /** The median of the repetitions, and the slowest of them, in milliseconds. */
  readonly ms: number;
  readonly worstMs: number;
}

export interface PagesResult {
  readonly queries: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Slowest first. */
  readonly slowest: readonly PageSample[];
  readonly bySort: Readonly<Record<string, { readonly p50Ms: number; readonly worstMs: number }>>;
}

const LIMIT = 50;
const SLOWEST_SHOWN = 10;
/** One page in front, the one behind it, and one after a thousand runs. */
const PAGES = [1, 2, 21] as const;
const DEEP_LIMIT = 1_000;

const FILTERS: Readonly<Record<string, RunQuery>> = {
  any: {},
  ended: { states: ["ended"] },
  unfinished: { states: ["running", "waiting"] },
  completed: { outcomes: ["completed"] },
  "failed or cancelled": { outcomes: ["failed", "cancelled"] },
  "frequent pattern": { pattern: "pattern-0" },
  "rare pattern": { pattern: `pattern-${PATTERNS - 1}` },
  "busy domain": { domain: "domain-0" },
  "middling domain": { domain: `domain-${DOMAINS / 50}` },
  "rare domain": { domain: `domain-${DOMAINS - 1}` },
  "rare pattern, failed": { pattern: `pattern-${PATTERNS - 1}`, outcomes: ["failed"] },
  "busy domain, failed": { domain: "domain-0", outcomes: ["failed"] },
  "busy domain, frequent pattern": { domain: "domain-0", pattern: "pattern-0" },
};

/** Shares of the time in which runs were started. */
const TIMES: Readonly<Record<string, readonly [from: number | undefined, before: number | undefined]>> = {
  "all time": [undefined, undefined],
  "1 % of the time": [0.5, 0.51],
  "10 % of the time": [0.3, 0.4],
  "half of the time": [0.2, 0.7],
  "the last 30 %": [0.7, undefined],
  "the first 30 %": [undefined, 0.3],
};

export async function measurePages(options: PagesOptions): Promise<PagesResult> {
  const pattern = sequential("unused", { steps: [agent("unused", { run: async () => undefined })] });
  const runtime = await createRuntime({ patterns: [pattern], engine: sqliteEngine(options.file) });
  const samples: PageSample[] = [];
  for (const [filter, wanted] of Object.entries(FILTERS)) {
    for (const [time, shares] of Object.entries(TIMES)) {
      for (const sort of ["started", "ended", "duration"] as const) {
        for (const descending of [true, false]) {
          const query = { ...wanted, ...timesOf(options, shares), sort, descending, limit: LIMIT };
          const measured = await pagesOf(runtime, query, options.repetitions);
          samples.push(...measured.map((one) => ({ filter, time, sort, descending, ...one })));
        }
      }
    }
  }
  await runtime.close();
  return summaryOf(samples);
}

function timesOf(
  { startedFrom, startedBefore }: PagesOptions,
  [from, before]: readonly [number | undefined, number | undefined],
): RunQuery {
  const at = (share: number): number => Math.floor(startedFrom + share * (startedBefore - startedFrom));
  return {
    ...(from === undefined ? {} : { startedFrom: at(from) }),
    ...(before === undefined ? {} : { startedBefore: at(before) }),
  };
}

type Timed = Pick<PageSample, "page" | "rows" | "ms" | "worstMs">;

async function pagesOf(runtime: Runtime, query: RunQuery, repetitions: number): Promise<readonly Timed[]> {
  const timed: Timed[] = [];
  let after: string | undefined;
  for (const page of PAGES) {
    if (page > 2) after = (await runtime.runs({ ...query, limit: DEEP_LIMIT })).next;
    if (page > 1 && after === undefined) break;
    const times: number[] = [];
    let found: RunPage | undefined;
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const startedAt = performance.now();
      found = await runtime.runs({ ...query, ...(after === undefined ? {} : { after }) });
      times.push(performance.now() - startedAt);
    }
    timed.push({ page, rows: found?.runs.length ?? 0, ms: median(times), worstMs: Math.max(...times) });
    after = found?.next;
  }
  return timed;
}

function summaryOf(samples: readonly PageSample[]): PagesResult {
  const times = (sort?: string): number[] =>
    samples.filter((sample) => sort === undefined || sample.sort === sort).map(({ ms }) => ms);
  return {
    queries: samples.length,
    p50Ms: quantile(times(), 0.5),
    p99Ms: quantile(times(), 0.99),
    slowest: samples.toSorted((left, right) => right.ms - left.ms).slice(0, SLOWEST_SHOWN),
    bySort: Object.fromEntries(
      ["started", "ended", "duration"].map((sort) => [
        sort,
        { p50Ms: quantile(times(sort), 0.5), worstMs: Math.max(...times(sort)) },
      ]),
    ),
  };
}
