/** Steps in pages, and only those that changed, from the events of real runs. */
import {
  agent,
  approval,
  delegate,
  forEach,
  createRuntime,
  memoryEngine,
  parallel,
  sequential,
  type Event,
  type Pattern,
} from "@reeve/core";
import { expect, test } from "vitest";
import type { StepView } from "../contract/run-steps.ts";
import { stepsPage } from "./run-pages.ts";
import { newStory, type Story } from "./run-story.ts";
import { tellStory } from "./tell-story.ts";

const charge = agent("charge", { run: (value: unknown) => value, undo: () => undefined });
const flaky = agent("flaky", {
  retry: { attempts: 3, delayMs: 1, jitter: false },
  run: (value: unknown, ctx) => {
    if (ctx.attempt < 3) throw new Error("not yet");
    return value;
  },
});
const decline = agent("decline", {
  run: () => {
    throw new Error("declined");
  },
});
const kid = sequential("kid", { matches: { domain: "kids" }, steps: [flaky] });
const undone = sequential("undone", { steps: [charge, flaky, delegate({ domain: "kids" }), decline] });
const late = sequential("late", { steps: [approval("sign", { timeoutMs: 1 })] });
const waits = sequential("waits", { steps: [charge, approval("never")] });
const many = parallel("many", {
  tasks: {
    all: forEach("items", {
      items: (count: number) => Array.from({ length: count }, (_, index) => index),
      step: flaky,
      concurrencyMax: 3,
    }),
    sign: approval("sign", { timeoutMs: 1 }),
  },
});

test.each<readonly [string, Pattern, unknown]>([
  ["one that is rolled back", undone, 1],
  ["one whose approval nobody gave", late, 1],
  ["one that is cancelled while it waits", waits, 1],
  ["one of many steps at once that is stopped", many, 7],
])(
  "whoever knew the steps at any event knows all by what changed since: %s",
  async (_name, pattern, input) => {
    const events = await eventsOf(pattern, input);
    const whole = stepsPage(toldOf(events), {});
    for (let known = 0; known <= events.length; known++) {
      const story = toldOf(events.slice(0, known));
      const before = stepsPage(story, {});
      const changed = stepsPage(toldOf(events), { since: before.position });
      expect(changed).toMatchObject({ total: whole.total, position: whole.position, next: null });
      expect(merged(before.steps, changed.steps)).toEqual(whole.steps);
    }
    expect(stepsPage(toldOf(events), { since: whole.position }).steps).toEqual([]);
  },
);

test("what changed comes in pages, and below a path only what is there", async () => {
  const story = toldOf(await eventsOf(many, 5));
  const first = stepsPage(story, { since: 0, limit: 2, below: "all" });
  expect(first).toMatchObject({ next: 2 });
  const rest = stepsPage(story, { since: 0, after: 2, below: "all" });
  expect([...first.steps, ...rest.steps]).toEqual(stepsPage(story, { below: "all" }).steps);
  expect(rest).toMatchObject({ next: null, total: first.steps.length + rest.steps.length });
});

async function eventsOf(pattern: Pattern, input: unknown): Promise<readonly Event[]> {
  await using runtime = await createRuntime({ patterns: [pattern, kid], engine: memoryEngine() });
  const run = await runtime.start(pattern.name, input);
  if (pattern === waits) {
    for await (const event of run.events()) if (event.kind === "wait-started") break;
    await run.cancel("no longer wanted");
  }
  await run.outcome();
  return await Array.fromAsync(run.events({ follow: false }));
}

function toldOf(events: readonly Event[]): Story {
  const story = newStory();
  for (const event of events) tellStory(story, event);
  return story;
}

function merged(before: readonly StepView[], changed: readonly StepView[]): readonly StepView[] {
  const steps = new Map(before.map((step) => [step.path, step]));
  for (const step of changed) steps.set(step.path, step);
  return [...steps.values()];
}
