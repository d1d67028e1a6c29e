/** What is told of the past of patterns and beliefs, over the log of a real runtime. */
import { agent, createRuntime, memoryEngine, sequential, type Pattern, type Runtime } from "@reeve/core";
import { afterEach, expect, test } from "vitest";
import { openHistory } from "./open-history.ts";

let runtime: Runtime | undefined;

afterEach(async () => {
  await runtime?.close();
});

function reading(name: string, fails: (input: unknown) => boolean): Pattern {
  const read = agent(`${name}-agent`, {
    retry: { attempts: 1 },
    run: (input: unknown) => {
      if (fails(input)) throw new Error("unreadable");
      return "read";
    },
  });
  return sequential(name, { matches: { domain: "papers" }, steps: [read] });
}

async function open(patterns: readonly Pattern[]): Promise<Runtime> {
  return (runtime = await createRuntime({ engine: memoryEngine(), patterns }));
}

test("how runs of a pattern ended and how long they took is counted, cancelled ones apart from durations", async () => {
  const opened = await open([reading("plain", (input) => input === "bad")]);
  const history = await openHistory(opened.engine);
  for (const input of ["good", "good", "bad"]) await (await opened.start("plain", input)).outcome();
  const past = history.pattern("plain");
  expect(past.outcomes).toEqual([
    { status: "completed", count: 2 },
    { status: "failed", count: 1 },
  ]);
  const sum = (of: "good" | "bad"): number => past.durations.reduce((all, bin) => all + bin[of], 0);
  expect([sum("good"), sum("bad")]).toEqual([2, 1]);
  expect(past.versions).toMatchObject([{ runs: 3 }]);
  expect(history.pattern("unknown")).toEqual({
    pattern: "unknown",
    outcomes: [],
    durations: [],
    versions: [],
  });
});

test("what was believed of chosen patterns is held against what came true, and its course is told", async () => {
  const opened = await open([reading("good", () => false), reading("bad", () => true)]);
  const history = await openHistory(opened.engine);
  for (let task = 0; task < 30; task++)
    await (await opened.delegate({ domain: "papers" }, { task })).outcome();
  const all = history.calibration(() => true);
  expect(all.count).toBe(30);
  expect(all.bins.reduce((sum, { count }) => sum + count, 0)).toBe(30);
  for (const { low, observed, high, believed, from, to } of all.bins) {
    expect(low).toBeLessThanOrEqual(observed);
    expect(high).toBeGreaterThanOrEqual(observed);
    expect(believed).toBeGreaterThan(from - 1e-9);
    expect(believed).toBeLessThan(to + 1e-9);
  }
  const good = history.calibration((pattern) => pattern === "good");
  expect(good.bins.every(({ observed }) => observed === 1)).toBe(true);
  expect(good.count).toBeLessThan(30);
  const [series] = history.trend({ pattern: "good" });
  expect(series?.domain).toBe("papers");
  expect(series?.points.at(-1)?.mean).toBeGreaterThan(series?.points.at(-1)?.low ?? 1);
  expect(history.trend({ pattern: "good", domain: "elsewhere" })).toEqual([]);
});

test("what is set, paused and resumed makes marks, and so does the start of the process", async () => {
  const opened = await open([reading("plain", () => false)]);
  const history = await openHistory(opened.engine);
  const startedAt = Date.now();
  await opened.pause({ pattern: "plain" });
  await opened.resume({ pattern: "plain" });
  const marks = history.marks(undefined, startedAt, Date.now() + 1);
  const named = marks.map(({ kind, pattern }) => `${kind} ${pattern ?? "all"}`);
  expect(named.toSorted((left, right) => left.localeCompare(right))).toEqual([
    "configuration plain",
    "configuration plain",
    "process all",
  ]);
  expect(history.marks(1, startedAt, Date.now() + 60_000)).toEqual([]);
});

test("other settings than before make a mark; samples that say nothing of them do not", async () => {
  const opened = await open([reading("plain", () => false)]);
  const history = await openHistory(opened.engine);
  for (const settings of [undefined, "one", "one", undefined, "two"]) {
    const digest = settings === undefined ? {} : { settings };
    opened.engine.sample({ ...SAMPLE, ...digest });
  }
  const changes = (): readonly string[] =>
    history
      .marks(undefined, Date.now(), Date.now() + 1)
      .filter(({ kind }) => kind === "configuration")
      .map(({ text }) => text);
  await expect.poll(changes, { timeout: 60_000 }).toEqual(["Other settings hold"]);
});

const SAMPLE = {
  pid: 4_711,
  elapsedMs: 10_000,
  cpuMs: 1,
  residentBytes: 1,
  heapBytes: 1,
  externalBytes: 1,
  gcMs: 0,
  gcMsMax: 0,
  loopDelayMsP50: 0,
  loopDelayMsP99: 0,
  loopDelayMsMax: 0,
  loopUtilization: 0,
  handles: 1,
  fileBytes: 0,
};
