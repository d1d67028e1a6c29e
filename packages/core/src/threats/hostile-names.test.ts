/** Names that every object has by birth, used for all that can be named: they are names like any other. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ManualClock } from "../clock.ts";
import { agent } from "../delegation/agent.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { sqliteEngine } from "../engine/sqlite/sqlite-engine.ts";
import { approval } from "../patterns/approval.ts";
import { degrade } from "../patterns/degrade.ts";
import { delegate } from "../patterns/delegate.ts";
import { forEach } from "../patterns/for-each.ts";
import { meta } from "../patterns/meta.ts";
import { parallel } from "../patterns/parallel.ts";
import { sequential } from "../patterns/sequential.ts";
import { step } from "../patterns/step.ts";
import { when } from "../patterns/when.ts";
import { seededRandom } from "../random.ts";
import { createRuntime, type Runtime } from "../runtime.ts";
import { statisticsOf } from "../telemetry/activity.ts";
import { latestFailures } from "../telemetry/failures.ts";
import { stepsOf } from "../telemetry/step-activity.ts";

const NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];
const MINUTE_MS = 60_000;

let folder: string;
let clock: ManualClock;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-names-"));
  clock = new ManualClock(Date.UTC(2026, 0, 1));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An object with one own property, also where an assignment would change the prototype. */
function only<Value>(name: string, value: Value): { readonly [name: string]: Value } {
  return Object.fromEntries([[name, value]]);
}

/** Of every kind one, and all in it is called alike; hands on its input. */
function everythingCalled(name: string): Pattern {
  const same = agent(name, {
    run: async (input: unknown, ctx) => {
      const attributes = Object.entries(ctx.context.attributes);
      expect(attributes).toEqual([[name, 7]]);
      return ctx.run(name, () => input);
    },
    undo: () => {},
  });
  const one = sequential(name, { steps: [same] });
  return sequential(name, {
    matches: { domain: name, agentTypes: [name], attributes: only(name, { min: 1 }) },
    limits: [{ concurrency: 5, key: () => name }],
    steps: [
      step(same, { name: "first" }),
      parallel("p", { tasks: only(name, same), needs: only(name, []) }),
      step(same, { name: "between", input: (_, ctx) => ctx.input }),
      forEach("f", { items: (input: unknown) => [input], step: one }),
      step(same, { name: "after", input: (_, ctx) => ctx.input }),
      meta("m", {
        phases: [{ name, patterns: [one], coordination: "sequential", success: { coverageMin: 1 } }],
      }),
      step(same, { name: "then", input: (_, ctx) => ctx.input }),
      when(name, { if: () => true, then: same }),
      degrade("d", [one], { resources: only(name, { cpu: 1 }) }),
      delegate({ domain: "leaf" }, { name: "child" }),
      approval("answered", { merge: (input: unknown, answer: unknown) => ({ input, answer }) }),
    ],
  });
}

const leaf = (name: string): Pattern =>
  sequential(`${name} leaf`, {
    matches: { domain: "leaf" },
    steps: [agent("hand-on", { run: (input) => input })],
  });

function failing(name: string): Pattern {
  const fails = agent(name, {
    retry: { attempts: 1 },
    run: (): string => {
      throw Object.assign(new Error(name), { name, code: name });
    },
  });
  return sequential(`failing ${name}`, { steps: [fails] });
}

function open(name: string): Promise<Runtime> {
  return createRuntime({
    patterns: [everythingCalled(name), leaf(name), failing(name)],
    engine: sqliteEngine(join(folder, "log.db"), { durability: "os", clock }),
    random: seededRandom(1),
    telemetry: true,
    domains: only(name, { threshold: 0.1 }),
    exploreNotFor: [name],
  });
}

/** What every object shares; a write through a name would show here. */
const born = (): string => JSON.stringify(Reflect.ownKeys(Object.prototype).map(String));

test.each(NAMES)(
  "a pattern, its parts, context, input, answer, run and principal called %s",
  async (name) => {
    const before = born();
    const input = { [name === "__proto__" ? "x" : name]: 1, nested: only(name, { polluted: true }) };
    const context = { domain: name, agentType: name, attributes: only(name, 7) };
    const runtime = await open(name);
    const run = await runtime.as({ principal: name }).delegate(context, input, { id: name });
    await runtime.run(name).pause();
    await runtime.run(name).resume();
    for await (const { kind } of run.events()) if (kind === "wait-started") break;
    await runtime.close();

    await using again = await open(name);
    await again.run(name).signal("answered", only(name, name));
    const outcome = await again.run(name).outcome();
    expect(outcome.status, JSON.stringify(outcome)).toBe("completed");
    expect("output" in outcome && JSON.stringify(outcome.output)).toContain(
      JSON.stringify({ answer: only(name, name) }).slice(1, -1),
    );
    const record = await again.run(name).record();
    expect(record).toMatchObject({
      pattern: name,
      context: { domain: name, agentType: name, principal: name },
    });
    expect(Object.entries(record.context.attributes)).toEqual([[name, 7]]);
    expect((await again.run(name).choice())?.pattern).toBe(name);
    expect((await again.runs({ pattern: name, domain: name })).runs).toHaveLength(1);
    expect({}).not.toHaveProperty("polluted");
    expect(born()).toBe(before);
  },
);

test.each(NAMES)("what is folded of patterns, agents, codes and steps called %s is counted", async (name) => {
  const runtime = await open(name);
  const context = { domain: name, agentType: name, attributes: only(name, 7) };
  for (let task = 0; task < 3; task++) {
    const run = await runtime.delegate(context, task);
    await run.signal("answered", 1);
    expect((await run.outcome()).status).toBe("completed");
  }
  expect((await (await runtime.start(`failing ${name}`, 1)).outcome()).status).toBe("failed");
  await runtime.close();

  // From the checkpoints.
  await using again = await open(name);
  const { posterior } = await again.confidence();
  expect(posterior(name, name).evidence).toBeGreaterThan(1);
  expect(posterior(name, name).mean).toBeGreaterThan(0.5);
  const now = clock.now();
  const { telemetry } = again;
  const counts = telemetry?.metrics.state();
  expect(counts?.patterns.values.get(name)).toMatchObject({ started: 3, ended: { completed: 3 } });
  expect(counts?.patterns.values.get(`failing ${name}`)?.errors.values.get(name)?.runs).toBe(1);
  expect(counts?.agents.values.get(name)?.attempts.failed).toBe(1);
  if (!telemetry) throw new Error("telemetry is on");
  const range = { from: now - MINUTE_MS, now };
  expect(statisticsOf(telemetry.activity.state(), { pattern: name }, range).good).toBe(3);
  expect(latestFailures(telemetry.failures.state())[0]).toMatchObject({
    code: name,
    path: name,
    agent: name,
  });
  expect(stepsOf(telemetry.steps.state(), name).size).toBeGreaterThan(5);
});

test.each(NAMES)("a pause and a schedule of %s hold, and a time starts one run", async (name) => {
  const runtime = await open(name);
  await runtime.schedule(name, { pattern: leaf(name).name, cron: "* * * * *", context: { domain: name } });
  await runtime.pause({ pattern: name });
  await runtime.pause({ agent: name });
  await timePasses(runtime, name, 2);
  await runtime.close();

  // What was started before is known from the log alone.
  await using again = await open(name);
  expect(Object.keys(again.paused().patterns)).toEqual([name]);
  expect(Object.keys(again.paused().agents)).toEqual([name]);
  await timePasses(again, name, 4);
  const { runs } = await again.runs({ domain: name, descending: false });
  const minutes = [1, 2, 3, 4].map((minute) => Date.UTC(2026, 0, 1, 0, minute));
  expect(runs.map(({ origin }) => origin?.schedule)).toEqual(minutes.map((dueAt) => ({ name, dueAt })));
  await again.resume({ pattern: name });
  await again.resume({ agent: name });
  expect(again.paused()).toEqual({ patterns: {}, agents: {} });
});

/** Until the schedule has started so many runs; time that passes more often than it has to would start others. */
async function timePasses(runtime: Runtime, domain: string, runs: number): Promise<void> {
  for (let turn = 0; turn < 2_000; turn++) {
    if ((await runtime.runs({ domain })).runs.length >= runs) return;
    clock.advance(MINUTE_MS / 60);
    await new Promise((next) => void setImmediate(next));
  }
  throw new Error(`the schedule of '${domain}' has not started ${runs} runs`);
}
