import { expect, test } from "vitest";
import { WriterChoice, type Writer } from "./writer-choice.ts";

/** Writes batches of so many events, each of which takes whoever writes so many milliseconds from end to end. */
function write(choice: WriterChoice, batches: number, events: number, ms: Record<Writer, number>): Writer[] {
  const by: Writer[] = [];
  for (let count = 0; count < batches; count++) {
    by.push(choice.writer);
    now += ms[choice.writer];
    choice.wrote(choice.writer, events, Math.min(1, ms[choice.writer]), now);
  }
  return by;
}

let now = 0;

function share(by: readonly Writer[], writer: Writer): number {
  return by.filter((one) => one === writer).length / by.length;
}

test.each<[Writer, Record<Writer, number>]>([
  ["thread", { here: 3, thread: 2 }],
  ["here", { here: 2, thread: 3 }],
  // The event loop's time is worth something: here it has to be clearly faster.
  ["thread", { here: 2, thread: 2.04 }],
  ["here", { here: 2, thread: 2.2 }],
])("of large batches %s writes nearly all where that is better: %o", (better, ms) => {
  const choice = new WriterChoice(true);
  // Each is tried often until it is clear who is faster.
  write(choice, 20_000, 256, ms);
  const by = write(choice, 20_000, 256, ms);
  expect(share(by, better)).toBeGreaterThan(0.93);
  expect(share(by, better)).toBeLessThan(1);
});

test("when the other one becomes faster, it takes over", () => {
  const choice = new WriterChoice(true);
  expect(share(write(choice, 20_000, 256, { here: 2, thread: 3 }), "here")).toBeGreaterThan(0.85);
  write(choice, 8_000, 256, { here: 2, thread: 1 });
  expect(share(write(choice, 10_000, 256, { here: 2, thread: 1 }), "thread")).toBeGreaterThan(0.9);
});

test("a thread that is slow at first, since its code is not compiled yet, is judged by its pace afterwards", () => {
  const choice = new WriterChoice(true);
  let byThread = 0;
  const writeOnce = (): Writer => {
    const isCold = choice.writer === "thread" && byThread++ < 150;
    return write(choice, 1, 256, { here: 2, thread: isCold ? 4 : 1.5 })[0] ?? "here";
  };
  const by = Array.from({ length: 2_000 }, writeOnce);
  expect(share(by, "thread")).toBeGreaterThan(0.8);
});

test("short small batches are written here, and so is everything where there is one processor", () => {
  expect(share(write(new WriterChoice(true), 2_000, 64, { here: 2, thread: 1 }), "here")).toBe(1);
  expect(share(write(new WriterChoice(false), 2_000, 256, { here: 2, thread: 1 }), "here")).toBe(1);
});

test("writes that take long go to the thread, whatever else is known", () => {
  const choice = new WriterChoice(false);
  for (let count = 0; count < 100; count++) choice.wrote("here", 1, 8, (now += 8));
  expect(choice.writer).toBe("thread");
  for (let count = 0; count < 100; count++) choice.wrote("thread", 1, 1, (now += 1));
  expect(choice.writer).toBe("here");
});

test("pauses without work say nothing of who is faster", () => {
  const choice = new WriterChoice(true);
  write(choice, 60, 256, { here: 2, thread: 1 });
  // Longer pauses where the thread writes do not count against it.
  for (let count = 0; count < 3_000; count++) {
    now += choice.writer === "thread" && count % 2 === 0 ? 1_000 : 0;
    write(choice, 1, 256, { here: 2, thread: 1 });
  }
  expect(share(write(choice, 2_000, 256, { here: 2, thread: 1 }), "thread")).toBeGreaterThan(0.9);
});
