import { describe, expect, test } from "vitest";
import type { QueueRow, RunKey, Store } from "../store.ts";
import { MemoryLog, openMemoryStore } from "../memory/memory-store.ts";
import { Lane } from "./lane.ts";

const LEVEL_MS = 30_000;
const nobody = (): boolean => false;

function rowOf(order: number, priority = 2, queuedAt = 0): QueueRow {
  return {
    runKey: order,
    order,
    lane: "all",
    priority,
    queuedAt,
    notBefore: undefined,
    deadline: undefined,
  };
}

function storeWith(rows: readonly QueueRow[]): Store {
  const log = new MemoryLog();
  for (const row of rows) log.queue.set(row.runKey, row);
  return openMemoryStore(log);
}

function laneAt(turn: number, sinceMs: number, ...rows: readonly QueueRow[]): Lane {
  const lane = new Lane("all", ["all"], turn, sinceMs);
  for (const row of rows) lane.put(row);
  return lane;
}

/** Takes runs until there is none, one each `stepMs`. */
function takeAll(lane: Lane, store: Store, lastOrder: number, stepMs = 0): readonly RunKey[] {
  const taken: RunKey[] = [];
  for (let now = 0; lane.fill(store, lastOrder, nobody); now += stepMs)
    taken.push(lane.take(now, lastOrder).runKey);
  return taken;
}

describe("the runs of a lane", () => {
  test("come in their order, those that are not in memory from disk", () => {
    const rows = Array.from({ length: 1_000 }, (_, index) => rowOf(index + 1));
    const lane = laneAt(1, 0, ...rows);
    expect(takeAll(lane, storeWith(rows), 1_000)).toEqual(rows.map((row) => row.order));
    expect(lane.isEmpty).toBe(true);
  });

  test("are all read when only the last one is known", () => {
    const rows = Array.from({ length: 200 }, (_, index) => rowOf(index + 1));
    const lane = laneAt(1, 0);
    lane.expect(2, 200);
    expect(lane.isEmpty).toBe(false);
    expect(takeAll(lane, storeWith(rows), 200)).toEqual(rows.map((row) => row.order));
  });

  test("are not handed out before they are on disk", () => {
    const lane = laneAt(1, 0, rowOf(1), rowOf(2, 4));
    const store = storeWith([]);
    expect(lane.fill(store, 0, nobody)).toBe(false);
    expect(lane.fill(store, 1, nobody)).toBe(true);
    expect(lane.take(0, 1).runKey).toBe(1);
    expect(lane.fill(store, 1, nobody)).toBe(false);
    expect(lane.isEmpty).toBe(false);
  });

  test("are left out where they were removed or are about to leave the disk", () => {
    const rows = Array.from({ length: 130 }, (_, index) => rowOf(index + 1));
    const lane = laneAt(1, 0, ...rows);
    const store = storeWith(rows);
    for (const row of rows.slice(0, 64)) lane.remove(row.priority, row.runKey);
    expect(lane.fill(store, 130, (key) => key !== 128)).toBe(true);
    expect(lane.take(0, 130).runKey).toBe(128);
    expect(takeAll(lane, store, 130)).toEqual([129, 130]);
    expect(lane.isEmpty).toBe(true);
  });

  test("of a lower priority get a turn once they had none for long enough", () => {
    const rows = [...[1, 2, 3, 4, 5, 6].map((order) => rowOf(order, 4)), rowOf(7, 2), rowOf(8, 2)];
    const lane = laneAt(1, 0, ...rows);
    expect(takeAll(lane, storeWith(rows), 8, LEVEL_MS)).toEqual([1, 2, 7, 3, 8, 4, 5, 6]);
  });
});

describe("of two lanes", () => {
  test("the more urgent one comes first, whoever waits longer", () => {
    const calm = laneAt(1, 0, rowOf(1, 2));
    const urgent = laneAt(2, LEVEL_MS, rowOf(2, 4));
    expect([urgent.precedes(calm, LEVEL_MS), calm.precedes(urgent, LEVEL_MS)]).toEqual([true, false]);
  });

  test("the one that had no turn for longer comes first where they are as urgent", () => {
    const [first, second] = [laneAt(1, 0, rowOf(1)), laneAt(2, 0, rowOf(2))];
    expect([first.precedes(second, 0), second.precedes(first, 0)]).toEqual([true, false]);
  });

  test("one grows as urgent as any while it has no turn, and no more urgent", () => {
    const calm = laneAt(1, 0, rowOf(1, 0));
    const urgent = laneAt(2, 0, rowOf(2, 4));
    expect(calm.precedes(urgent, 4 * LEVEL_MS - 1)).toBe(false);
    expect(calm.precedes(urgent, 4 * LEVEL_MS)).toBe(true);
    calm.turn = 3;
    expect(calm.precedes(urgent, 100 * LEVEL_MS)).toBe(false);
  });
});
