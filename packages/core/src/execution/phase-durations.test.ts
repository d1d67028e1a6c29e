import { expect, test } from "vitest";
import { ManualClock } from "../clock.ts";
import { agent } from "../delegation/agent.ts";
import type { Event } from "../delegation/event.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { meta } from "../patterns/meta.ts";
import { createRuntime } from "../runtime.ts";
import { MemoryLog } from "../engine/memory/memory-store.ts";
import { phaseDurations, usualDurationMs, type PhaseDurations } from "./phase-durations.ts";

let position = 0;

function ended(durationMs: number, more: { ok?: boolean; pattern?: string; path?: string } = {}): Event {
  const fact = { ok: true, pattern: "plan", path: "build", durationMs, ...more };
  return { version: 1, run: "a", seq: 1, position: ++position, at: 0, kind: "phase-ended", ...fact };
}

function after(...events: readonly Event[]): PhaseDurations {
  return events.reduce((state, event) => phaseDurations.apply(state, event), phaseDurations.initial());
}

test.each<[readonly number[], number | undefined]>([
  [[], undefined],
  [[1, 2, 3, 4], undefined],
  [[50, 10, 40, 20, 30], 30],
  [[6, 1, 5, 2, 4, 3], 3.5],
  [[100, 9, 20, 3, 1_000], 20],
])("the usual of %j is %s: the median of five or more", (durations, usual) => {
  expect(usualDurationMs(after(...durations.map((each) => ended(each))), "plan", "build")).toBe(usual);
});

test("only the last twenty count", () => {
  const old = Array.from({ length: 30 }, () => ended(1));
  const recent = Array.from({ length: 20 }, () => ended(900));
  const state = after(...old, ...recent);
  expect(usualDurationMs(state, "plan", "build")).toBe(900);
  expect(Object.values(state.durations)).toEqual([Array.from({ length: 20 }, () => 900)]);
  expect(usualDurationMs(after(...recent, ...old.slice(0, 9)), "plan", "build")).toBe(900);
});

test("phases that failed, other phases, other patterns and other events don't count", () => {
  const state = after(
    ...[1, 2, 3, 4].map((each) => ended(each)),
    ended(5, { ok: false }),
    ended(5, { path: "test" }),
    ended(5, { pattern: "other" }),
    { version: 1, run: "a", seq: 1, position: 99, at: 0, kind: "phase-started", path: "build" },
  );
  expect(usualDurationMs(state, "plan", "build")).toBeUndefined();
});

test("the items of a list share one usual time, so that the state stays small", () => {
  const durations = Array.from({ length: 100 }, (_, index) => ended(10, { path: `each/[${index}]/build` }));
  const state = after(...durations, ended(10, { path: "[x]/build" }));
  expect(usualDurationMs(state, "plan", "each/[1000]/build")).toBe(10);
  expect(Object.keys(state.durations)).toHaveLength(2);
});

test("the state is JSON, as checkpoints need it", () => {
  const state = after(ended(1), ended(2));
  expect(JSON.parse(JSON.stringify(state))).toEqual(state);
});

test("a phase that takes more than its usual time is rolled back, but not before it has ended five times", async () => {
  const clock = new ManualClock();
  const log = new MemoryLog();
  const undone: number[] = [];
  const works = agent("works", {
    run: async (durationMs: number): Promise<number> => {
      clock.advance(durationMs);
      return durationMs;
    },
    undo: async (durationMs) => void undone.push(durationMs),
  });
  const plan = meta("plan", {
    phases: [{ name: "build", patterns: [works], coordination: "sequential", rollbackOn: { slowdown: 0.5 } }],
  });
  const open = () => createRuntime({ patterns: [plan], engine: memoryEngine({ clock, log }) });
  const runs = async (durations: readonly number[]): Promise<string[]> => {
    await using runtime = await open();
    const statuses: string[] = [];
    for (const durationMs of durations) {
      const outcome = await (await runtime.start(plan.name, durationMs)).outcome();
      statuses.push(outcome.status === "rolled-back" ? outcome.error.message : outcome.status);
    }
    return statuses;
  };
  expect(await runs([100, 10_000, 100, 100])).toEqual(Array.from({ length: 4 }, () => "completed"));
  // The past is remembered over a restart, from the fold's checkpoint.
  expect(await runs([100, 150, 151])).toEqual([
    "completed",
    "completed",
    "phase 'build' is rolled back: its slowdown is 51 %, above 50 %",
  ]);
  expect(undone).toEqual([151]);
  // What was rolled back is no part of the usual.
  expect(await runs([150])).toEqual(["completed"]);
});
