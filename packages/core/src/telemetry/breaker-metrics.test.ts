import { expect, test } from "vitest";
import type { BreakerChange } from "../delegation/breaker.ts";
import { CONTROLS } from "../delegation/controls.ts";
import type { Event } from "../delegation/event.ts";
import { metricList } from "./metric-list.ts";
import { metrics } from "./metrics.ts";

function changed(agent: string, state: BreakerChange["state"], position: number): Event {
  const head = { version: 1, run: CONTROLS, seq: position, position, at: 1_000 + position } as const;
  return { ...head, kind: "breaker-changed", agent, state, reason: "r" };
}

const events = [
  changed("a", "open", 1),
  changed("a", "half-open", 2),
  changed("a", "open", 3),
  changed("b", "open", 4),
  changed("b", "closed", 5),
];

/** What is counted under the name, as lines. */
function lines(name: string, list: readonly Event[]): readonly string[] {
  const fold = metrics();
  const state = list.reduce((before, event) => fold.apply(before, event), fold.initial());
  const saved: unknown = JSON.parse(JSON.stringify(fold.save?.(state)));
  const revived = fold.revive?.(saved) ?? state;
  const points = metricList.find((metric) => metric.name === name)?.read(revived) ?? [];
  return points.map(({ labels, value }) => `${labels["agent"]} ${labels["state"]} ${JSON.stringify(value)}`);
}

test("the state of each breaker that has opened is told, also after a checkpoint", () => {
  expect(lines("reeve_breaker_state", events)).toEqual([
    "a open 1",
    "a half-open 0",
    "a closed 0",
    "b open 0",
    "b half-open 0",
    "b closed 1",
  ]);
});

test("changes are counted by agent and state", () => {
  expect(lines("reeve_breaker_changes", events)).toEqual([
    "a open 2",
    "a half-open 1",
    "a closed 0",
    "b open 1",
    "b half-open 0",
    "b closed 1",
  ]);
});

test("more agents than labels let in are counted as one", () => {
  const many = Array.from({ length: 150 }, (_, index) => changed(`agent-${index}`, "open", index + 1));
  const agents = new Set(lines("reeve_breaker_state", many).map((line) => line.split(" ")[0]));
  expect(agents.size).toBeLessThanOrEqual(101);
  expect(agents.has("other")).toBe(true);
});
