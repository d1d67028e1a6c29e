import { expect, test } from "vitest";
import { seededRandom, systemRandom } from "./random.ts";

test.each([
  ["the platform's", systemRandom()],
  ["a seeded", seededRandom(1)],
])("%s generator's ids have 32 hexadecimal digits, and none comes twice", (_, random) => {
  const ids = Array.from({ length: 1_000 }, () => random.id());
  expect(ids.filter((id) => !/^[0-9a-f]{32}$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(1_000);
});

test("two of the platform's generators share no ids", () => {
  const [one, other] = [systemRandom(), systemRandom()].map((random) =>
    Array.from({ length: 300 }, () => random.id()),
  );
  expect(new Set([...(one ?? []), ...(other ?? [])]).size).toBe(600);
});

test("the same seed gives the same numbers and ids, another one others", () => {
  const drawn = (seed: number): unknown[] => {
    const random = seededRandom(seed);
    return [random.next(), random.id(), random.next()];
  };
  expect(drawn(7)).toEqual(drawn(7));
  expect(drawn(7)).not.toEqual(drawn(8));
});
