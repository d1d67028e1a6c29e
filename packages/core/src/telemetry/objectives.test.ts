import { expect, test } from "vitest";
import type { Event } from "../delegation/event.ts";
import type { Outcome, StepError } from "../delegation/outcome.ts";
import { countsOf, objectives, OPEN_MAX, type Objectives } from "./objectives.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START = Date.UTC(2026, 0, 1);

const fold = objectives([
  { name: "succeed", pattern: "orders", success: 0.9 },
  { name: "quick", pattern: "orders", latency: { p: 0.9, ms: 1_000 } },
]);

const error = (code: string): StepError => ({ name: "E", message: "m", code, path: "" });
const aftermath = { undone: [], notUndone: [], unsure: [], kept: [] };

function head(run: string, at: number) {
  return { version: 1, run, seq: 1, position: 1, at } as const;
}

function started(run: string, at: number, pattern = "orders"): Event {
  const context = {
    domain: "d",
    agentType: "a",
    priority: 2,
    attributes: {},
    principal: "local",
    grants: [],
  };
  const fact = { kind: "run-started", pattern, patternVersion: "1", input: undefined, context } as const;
  return { ...head(run, at), ...fact };
}

type Ended = Exclude<Outcome, { readonly status: "completed" }> | "completed";

function ended(outcome: Ended, at: number, durationMs = 10, run = "r"): Event {
  const stored =
    outcome === "completed" ? ({ status: outcome, output: { of: "nothing" } } as const) : outcome;
  return {
    ...head(run, at),
    kind: "run-ended",
    outcome: stored,
    pattern: "orders",
    domain: "d",
    durationMs,
  };
}

function after(...events: readonly Event[]): Objectives {
  return events.reduce((state, event) => fold.apply(state, event), fold.initial());
}

/** Good and bad of each objective in the last hour. */
function within(state: Objectives, now: number, windowMs = HOUR_MS): readonly string[] {
  return state.list.map((one) => {
    const { good, bad } = countsOf(state, one, windowMs, now);
    return `${good} good, ${bad} bad`;
  });
}

const bad = { ...aftermath, error: error("thrown") };

test.each<[string, Ended, string]>([
  ["completed", "completed", "1 good, 0 bad"],
  ["failed", { status: "failed", ...bad }, "0 good, 1 bad"],
  ["rolled back", { status: "rolled-back", ...bad }, "0 good, 1 bad"],
  ["not rolled back", { status: "rollback-failed", because: "cancelled", ...bad }, "0 good, 1 bad"],
  ["timed out", { status: "timed-out", afterMs: 5, ...aftermath }, "0 good, 1 bad"],
  ["cancelled", { status: "cancelled", reason: "r", ...aftermath }, "0 good, 0 bad"],
  [
    "rejected for its input",
    { status: "rejected", reason: "r", ...aftermath, error: error("input-invalid") },
    "0 good, 0 bad",
  ],
  [
    "rejected for resources",
    { status: "rejected", reason: "r", ...aftermath, error: error("resources-exhausted") },
    "0 good, 1 bad",
  ],
  [
    "rejected for confidence",
    { status: "rejected", reason: "r", ...aftermath, error: error("confidence-too-low") },
    "0 good, 1 bad",
  ],
])("a run that was %s counts for success as it should", (_, outcome, expected) => {
  const state = after(ended(outcome, START));
  const quick = outcome === "completed" ? "1 good, 0 bad" : "0 good, 0 bad";
  expect(within(state, START + 1_000)).toEqual([expected, quick]);
});

test("a run is bad for latency from the moment it passes the limit, and counts once when it ends", () => {
  const open = after(started("slow", START));
  expect(within(open, START + 1_000)[1]).toBe("0 good, 0 bad");
  expect(within(open, START + 1_001)[1]).toBe("0 good, 1 bad");
  expect(within(open, START + 2 * HOUR_MS)[1]).toBe("0 good, 0 bad");
  const over = fold.apply(open, ended("completed", START + 2 * HOUR_MS, 2 * HOUR_MS, "slow"));
  expect(within(over, START + 2 * HOUR_MS)).toEqual(["1 good, 0 bad", "0 good, 0 bad"]);
  expect(within(over, START + HOUR_MS / 2)[1]).toBe("0 good, 1 bad");
  const cancelled = ended({ status: "cancelled", reason: "r", ...aftermath }, START + 5_000, 5_000);
  expect(within(after(cancelled), START + 5_001)).toEqual(["0 good, 0 bad", "0 good, 1 bad"]);
});

test("windows leave behind what is too old, and nothing of other patterns, copies or samples counts", () => {
  const copied = { ...ended("completed", START), copied: true };
  const ofLog = { ...ended("completed", START), run: "reeve:x" };
  const state = after(ended("completed", START), copied, ofLog, started("other", START, "else"));
  expect(within(state, START + HOUR_MS - 1)[0]).toBe("1 good, 0 bad");
  expect(within(state, START + HOUR_MS + MINUTE_MS)[0]).toBe("0 good, 0 bad");
  expect(within(state, START + 71 * HOUR_MS, 72 * HOUR_MS)[0]).toBe("1 good, 0 bad");
  expect(within(state, START + 73 * HOUR_MS, 72 * HOUR_MS)[0]).toBe("0 good, 0 bad");
});

test("its state is bounded, passes JSON, and counts right when times come out of order", () => {
  const month: Event[] = [];
  for (let at = 0; at < 30 * 24 * HOUR_MS; at += 2 * MINUTE_MS) {
    month.push(ended("completed", START + at), ended("completed", START + at + 90_000, 90_000));
  }
  for (let run = 0; run < OPEN_MAX + 10; run++) month.push(started(`r${run}`, START));
  const state = after(...month);
  const json = JSON.stringify(fold.save?.(state));
  expect(json.length).toBeLessThan(100_000);
  expect(state.open.get("orders")?.size).toBe(OPEN_MAX);
  const revived = fold.revive?.(JSON.parse(json)) ?? fold.initial();
  expect(JSON.stringify(fold.save?.(revived))).toBe(json);
  const now = START + 30 * 24 * HOUR_MS;
  expect(within(revived, now)).toEqual(within(state, now));
  expect(within(revived, now)).toEqual(["60 good, 0 bad", "30 good, 30 bad"]);
});

test("another limit, pattern or name is another version; another share is not", () => {
  const version = (ms: number, p: number): number =>
    objectives([{ name: "quick", pattern: "orders", latency: { p, ms } }]).version;
  expect(version(500, 0.9)).toBe(version(500, 0.99));
  expect(version(500, 0.9)).not.toBe(version(501, 0.9));
});
