/** Thresholds and built-in alerts: a runtime whose time is moved by hand and Prometheus, which scrapes it, say the same. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  agent,
  alertLimits,
  createRuntime,
  followStanding,
  sequential,
  sqliteEngine,
  type AlertRules,
  type Runtime,
} from "@reeve/core";
import { ManualClock } from "@reeve/core/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { metricProducer } from "./metric-producer.ts";
import { prometheusRules } from "./prometheus-rules.ts";
import { prometheusText } from "./prometheus-text.ts";

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 0, 1);
const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;
const WAIT = { timeout: 60_000 };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-alert-rules-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** What promtool complains of when it tests the rules: values by series, one for each minute; alerts by minute. */
function complaintOf(
  rules: Partial<AlertRules>,
  series: Readonly<Record<string, string>>,
  firing: Readonly<Record<number, readonly string[]>>,
): string {
  const test = {
    rule_files: ["rules.yml"],
    evaluation_interval: "1m",
    tests: [
      {
        interval: "1m",
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: Object.entries(firing).map(([minute, alerts]) => ({
          expr: 'count by (alert) (ALERTS{alertstate="firing"})',
          eval_time: `${minute}m`,
          exp_samples: alerts.map((alert) => ({ labels: `{alert=${JSON.stringify(alert)}}`, value: 1 })),
        })),
      },
    ],
  };
  writeFileSync(join(folder, "rules.yml"), prometheusRules(rules));
  writeFileSync(join(folder, "test.yml"), JSON.stringify(test));
  const options = { cwd: folder, encoding: "utf8" } as const;
  const checked = spawnSync("promtool", ["check", "rules", "rules.yml"], options);
  const tested = spawnSync("promtool", ["test", "rules", "test.yml"], options);
  return [checked, tested]
    .map(({ status, stdout, stderr }) => (status === 0 ? "" : stdout + stderr))
    .join("");
}

test.skipIf(!hasPromtool)("each built-in rule fires from its limit on, for what its series is about", () => {
  const complaint = complaintOf(
    {},
    {
      'reeve_runs_stuck{pattern="a"}': "0 1 0 0",
      'reeve_runs_stuck{pattern="b"}': "0 2 2 2",
      'reeve_runs_stranded{pattern="a"}': "_ 3 stale _",
      'reeve_runs_rollback_failed{pattern="say {{ \\"hi\\""}': "_ 3 stale _",
      'reeve_oldest_queued_seconds{pattern="a"}': "599 600 0 0",
      reeve_disk_free_bytes: "500000000 499999999 500000000 500000000",
      reeve_event_loop_delay_seconds_max: "4.9 5 0.1 0.1",
      'reeve_export_lag_seconds{exporter="otlp-1"}': "299 300 10 10",
    },
    {
      0: [],
      1: [
        "stuck/a",
        "stuck/b",
        "stranded/a",
        'rollback-failed/say {{ "hi"',
        "oldest-queued/a",
        "disk-low",
        "loop-blocked",
        "export-lag/otlp-1",
      ],
      3: ["stuck/b"],
    },
  );
  expect(complaint).toBe("");
});

test.skipIf(!hasPromtool)("thresholds of confidence and memory fire below and above their figures", () => {
  const thresholds = [
    { name: "trusted", pattern: "a", confidence: 0.7 },
    { name: "there", pattern: "a", confidence: 0.7, domain: "d" },
    { name: "small", residentBytes: 1e9, severity: "page" },
  ] as const;
  const complaint = complaintOf(
    { thresholds },
    {
      'reeve_confidence_high{pattern="a",domain="d"}': "0.7 0.8 0.8",
      'reeve_confidence_high{pattern="a",domain="e"}': "0.7 0.69 0.9",
      'reeve_confidence_high{pattern="b",domain="d"}': "0.1 0.1 0.1",
      reeve_resident_bytes: "1000000000 1000000001 5",
    },
    { 0: [], 1: ["threshold/trusted", "threshold/small"], 2: [] },
  );
  expect(complaint).toBe("");
});

const rules: AlertRules = {
  objectives: [{ name: "held", pattern: "orders", success: 0.99 }],
  thresholds: [
    { name: "works", pattern: "orders", successRate: 0.9 },
    { name: "quick", pattern: "answers", responseTime: { p: 0.9, ms: 1_300 }, severity: "page" },
  ],
  limits: { ...alertLimits, queuedMs: 3 * MINUTE_MS, loopBlockedMs: 1e9 },
};

/** At these minutes the alerts of both are compared; they are not near the edge of any window. */
const COMPARED = [2, 6, 9, 18, 25, 40];

test.skipIf(!hasPromtool)(
  "what fires in a runtime fires in a Prometheus that scrapes it, through an hour of troubles",
  async () => {
    const { series, firing } = await anHourOfTroubles();
    expect(firing).toEqual({
      2: [],
      6: [...BURNT, "rollback-failed/trips", "threshold/quick", "threshold/works"],
      9: [...BURNT, "oldest-queued/waits", "rollback-failed/trips", "threshold/quick", "threshold/works"],
      18: [...BURNT, "rollback-failed/trips", "stuck/hangs", "threshold/quick", "threshold/works"],
      25: ["objective/held/3d", "objective/held/6h", "rollback-failed/trips", "stuck/hangs"],
      40: ["objective/held/3d", "rollback-failed/trips"],
    });
    expect(complaintOf(rules, series, firing)).toBe("");
  },
  120_000,
);

const BURNT = ["objective/held/1h", "objective/held/3d", "objective/held/6h"];

interface Told {
  readonly series: Readonly<Record<string, string>>;
  readonly firing: Readonly<Record<number, readonly string[]>>;
}

interface Site extends AsyncDisposable {
  readonly runtime: Runtime;
  readonly clock: ManualClock;
  work(pattern: string, input: boolean, runs?: number): Promise<void>;
  /** Lets the attempts end that were started with `true` in `answers` and `hangs`. */
  letGo(): void;
}

async function openSite(): Promise<Site> {
  const clock = new ManualClock(START);
  let open: () => void = () => {};
  const gate = (): Promise<void> => new Promise((resolve) => (open = resolve));
  let opening = gate();
  const locked = (): never => {
    throw new Error("locked");
  };
  const pay = agent("pay", { retry: { attempts: 1 }, run: (works: boolean) => (works ? 1 : locked()) });
  const wait = agent("wait", { run: (isHeld: boolean) => (isHeld ? opening : undefined) });
  const breaks = agent("breaks", { retry: { attempts: 1 }, run: locked });
  const holds = agent("holds", { retry: { attempts: 1 }, run: () => 1, undo: locked });
  const patterns = [
    sequential("orders", { steps: [pay] }),
    sequential("answers", { steps: [wait] }),
    sequential("hangs", { steps: [wait] }),
    sequential("waits", { steps: [wait] }),
    sequential("trips", { steps: [holds, breaks] }),
  ];
  const engine = sqliteEngine(join(folder, "log.db"), { clock, durability: "os" });
  const { objectives, thresholds, limits } = rules;
  const alerts = { ...limits, thresholds };
  const runtime = await createRuntime({ patterns, engine, telemetry: true, objectives, alerts });
  return {
    runtime,
    clock,
    work: async (pattern, input, runs = 1) => {
      for (let run = 0; run < runs; run++) await (await runtime.start(pattern, input)).outcome();
    },
    letGo: () => {
      open();
      opening = gate();
    },
    [Symbol.asyncDispose]: () => runtime.close(),
  };
}

/** What happens after these minutes. */
function troublesOf({ runtime, clock, work, letGo }: Site): Readonly<Record<number, () => Promise<void>>> {
  return {
    1: () => work("orders", true, 20),
    3: () => work("orders", false, 20),
    5: async () => {
      await runtime.pause({ pattern: "waits" });
      await runtime.start("waits", false, { id: "waits-1" });
      await work("trips", false);
      const slow = await Promise.all(Array.from({ length: 15 }, () => runtime.start("answers", true)));
      await begun(
        runtime,
        slow.map(({ id }) => id),
      );
      clock.advance(2_000);
      letGo();
      await Promise.all(slow.map((run) => run.outcome()));
    },
    10: async () => {
      await runtime.resume({ pattern: "waits" });
      await runtime.run("waits-1").outcome();
    },
    12: async () => begun(runtime, [(await runtime.start("hangs", true, { id: "hangs-1" })).id]),
    20: () => work("orders", true, 30),
    21: () => work("answers", false, 20),
    30: async () => {
      letGo();
      await runtime.run("hangs-1").outcome();
    },
  };
}

/** Runs the troubles, and writes down what was scraped and what fired. */
async function anHourOfTroubles(): Promise<Told> {
  await using site = await openSite();
  const { runtime, clock, work } = site;
  const counted = runtime.telemetry?.metrics ?? expect.fail("there is no telemetry");
  // The series of a pattern begin with its first run, which Prometheus does not count.
  await work("orders", true);
  await work("answers", false, 2);
  await work("hangs", false, 10);
  const standing = await followStanding(runtime);
  const producer = metricProducer({ counted, standing, clock });
  const troubles = troublesOf(site);
  const scraped: (readonly (readonly [series: string, value: string])[])[] = [];
  const firing: Record<number, readonly string[]> = {};
  for (let minute = 0; minute <= Math.max(...COMPARED); minute++) {
    await pass(clock, START + minute * MINUTE_MS);
    scraped.push(seriesIn(await prometheusText(producer)));
    if (COMPARED.includes(minute))
      firing[minute] = runtime
        .alerts()
        .map(({ alert }) => alert)
        .toSorted();
    await troubles[minute]?.();
  }
  return { series: columns(scraped), firing };
}

/** In steps as small as samples are apart; what is written in one becomes durable before the next. */
async function pass(clock: ManualClock, end: number): Promise<void> {
  while (clock.now() < end) {
    clock.advance(Math.min(10_000, end - clock.now()));
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function begun(runtime: Runtime, runs: readonly string[]): Promise<void> {
  for (const run of runs)
    await vi.waitFor(async () => {
      for await (const { kind } of runtime.run(run).events({ follow: false }))
        if (kind === "attempt-started") return;
      expect.fail("it has not begun");
    }, WAIT);
}

function seriesIn(text: string): readonly (readonly [string, string])[] {
  return text.split("\n").flatMap((line) => {
    const [, series, value] = /^(reeve_\S*?(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
    return series === undefined || value === undefined ? [] : [[series, value] as const];
  });
}

/** A value for each scrape; `_` where there was none. */
function columns(scraped: readonly (readonly (readonly [string, string])[])[]): Record<string, string> {
  const names = new Set(scraped.flatMap((one) => one.map(([name]) => name)));
  const found = scraped.map((one) => new Map(one));
  return Object.fromEntries(
    Array.from(names, (name) => [name, found.map((one) => one.get(name) ?? "_").join(" ")]),
  );
}
