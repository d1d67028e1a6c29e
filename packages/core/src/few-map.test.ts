import { expect, test } from "vitest";
import { FewMap } from "./few-map.ts";
import { seededRandom } from "./random.ts";

test("it holds what a map would, in the same order, whatever is set and deleted", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = seededRandom(seed);
    const few = new FewMap<string, { readonly n: number }>();
    const map = new Map<string, { readonly n: number }>();
    for (let n = 0; n < 60; n++) {
      const key = "abcd".charAt(Math.floor(random.next() * 4));
      if (random.next() < 0.5) {
        few.set(key, { n });
        map.set(key, { n });
      } else expect(few.delete(key), `seed ${seed}`).toBe(map.delete(key));
      expect([few.keys(), few.values()], `seed ${seed}`).toEqual([[...map.keys()], [...map.values()]]);
      for (const any of "abcd") expect([few.has(any), few.get(any)]).toEqual([map.has(any), map.get(any)]);
    }
  }
});
