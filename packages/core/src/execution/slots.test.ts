import { expect, test } from "vitest";
import { seededRandom } from "../random.ts";
import { slots } from "./slots.ts";

test("so many enter as there are slots, and one more when one has left", () => {
  const gate = slots(2);
  expect([gate.tryEnter(), gate.tryEnter(), gate.tryEnter()]).toEqual([true, true, false]);
  gate.leave();
  expect([gate.tryEnter(), gate.tryEnter()]).toEqual([true, false]);
});

test("who waits enters first come, first served, before anyone new", () => {
  const gate = slots(1);
  gate.tryEnter();
  const entered: string[] = [];
  for (const name of ["a", "b", "c"]) gate.queue(() => entered.push(name));
  expect(entered).toEqual([]);
  gate.leave();
  expect(entered).toEqual(["a"]);
  expect(gate.tryEnter()).toBe(false);
  gate.leave();
  gate.leave();
  expect(entered).toEqual(["a", "b", "c"]);
  gate.leave();
  expect(gate.tryEnter()).toBe(true);
});

test("who gives up the place never enters, and giving up twice or too late is harmless", () => {
  const gate = slots(1);
  gate.tryEnter();
  const entered: string[] = [];
  gate.queue(() => entered.push("a"));
  const giveUp = gate.queue(() => entered.push("b"));
  gate.queue(() => entered.push("c"));
  giveUp();
  giveUp();
  gate.leave();
  gate.leave();
  giveUp();
  expect(entered).toEqual(["a", "c"]);
  gate.leave();
  expect([gate.tryEnter(), gate.tryEnter()]).toEqual([true, false]);
});

test("one function can wait in two places, and giving up one keeps the other", () => {
  const gate = slots(1);
  gate.tryEnter();
  let entered = 0;
  const enter = (): void => void entered++;
  const giveUp = gate.queue(enter);
  gate.queue(enter);
  giveUp();
  gate.leave();
  expect(entered).toBe(1);
});

test.each([1, 2, 3, 4, 5])("never more than the count are inside, whatever the order: seed %i", (seed) => {
  const random = seededRandom(seed);
  const count = 1 + Math.floor(random.next() * 3);
  const gate = slots(count);
  let inside = 0;
  const waiting = new Set<() => void>();
  const enter = (): void => {
    inside++;
    expect(inside).toBeLessThanOrEqual(count);
  };
  for (let step = 0; step < 1_000; step++) {
    const drawn = random.next();
    const [first] = waiting;
    if (drawn < 0.45) {
      if (gate.tryEnter()) enter();
      else {
        const giveUp = gate.queue(() => {
          waiting.delete(giveUp);
          enter();
        });
        waiting.add(giveUp);
      }
    } else if (drawn < 0.55 && first) {
      waiting.delete(first);
      first();
    } else if (inside > 0) {
      inside--;
      gate.leave();
    }
    expect(waiting.size === 0 || inside === count, "a slot is free while someone waits").toBe(true);
  }
});

test("a long queue whose members leave at once, as when a runtime closes, is worked off", () => {
  const gate = slots(1);
  gate.tryEnter();
  let entered = 0;
  for (let place = 0; place < 50_000; place++) {
    gate.queue(() => {
      entered++;
      gate.leave();
    });
  }
  gate.leave();
  expect(entered).toBe(50_000);
  expect([gate.tryEnter(), gate.tryEnter()]).toEqual([true, false]);
});
