import { expect, test } from "vitest";
import { seededRandom } from "../../random.ts";
import { Lane } from "./lane.ts";
import { Waitlist } from "./waitlist.ts";

const LEVEL_MS = 30_000;

function laneOf(turn: number, priority: number, sinceMs: number): Lane {
  const lane = new Lane(`lane ${turn}`, [], turn, sinceMs);
  lane.expect(priority, 1);
  return lane;
}

test("lanes leave in the order in which they would be picked by looking at them all, whoever left before", () => {
  const random = seededRandom(3);
  const list = new Waitlist();
  const lanes: Lane[] = [];
  for (let turn = 1; turn <= 500; turn++)
    lanes.push(laneOf(turn, Math.floor(random.next() * 5), turn * 1_000));
  for (const lane of lanes.toSorted(() => random.next() - 0.5)) list.add(lane);
  for (const lane of lanes.splice(100, 50)) list.remove(lane);
  for (let now = 500_000; lanes.length > 0; now += LEVEL_MS / 10) {
    expect(list.size).toBe(lanes.length);
    const expected = lanes.reduce((best, lane) => (lane.precedes(best, now) ? lane : best));
    const first = list.first(now);
    expect(first?.name).toBe(expected.name);
    if (!first) break;
    list.remove(first);
    lanes.splice(lanes.indexOf(first), 1);
  }
  expect([list.size, list.first(0)]).toEqual([0, undefined]);
});

test("who is not in the list is not taken out of it", () => {
  const [list, other] = [new Waitlist(), new Waitlist()];
  const [lane, stranger] = [laneOf(1, 2, 0), laneOf(2, 2, 0)];
  list.add(lane);
  other.add(stranger);
  list.remove(stranger);
  expect([list.size, other.size, list.first(0)]).toEqual([1, 1, lane]);
  list.remove(lane);
  list.remove(lane);
  expect([list.size, lane.spot]).toEqual([0, undefined]);
});
