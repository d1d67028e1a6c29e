import { expect, test } from "vitest";
import { seededRandom } from "../../random.ts";
import { compress, decompress } from "./stored-text.ts";

const random = seededRandom(11);

function textOf(characters: readonly string[], length: number): string {
  return Array.from({ length }, () => characters[Math.floor(random.next() * characters.length)]).join("");
}

const KINDS: Readonly<Record<string, readonly string[]>> = {
  "that repeats itself": ["a", "b"],
  "of letters, some of several bytes": ["a", "é", "€", "𝄞", '"', "\n"],
  "that can't be made shorter": Array.from({ length: 5_000 }, (_, index) => String.fromCharCode(200 + index)),
};
/** About the bounds: where compression begins, where a text has room of its own, and more than that. */
const LENGTHS = [0, 1, 1_024, 1_025, 2_000, 16_384, 16_385, 50_000, 200_000];

test.each(Object.keys(KINDS))("a text %s is read as it was written, whatever its length", (kind) => {
  for (const length of LENGTHS) {
    const text = textOf(KINDS[kind] ?? [], length);
    // What was stored before does not change when another text follows.
    const [stored, other] = [compress(text), compress(textOf(["x", "y"], length))];
    expect(decompress(stored) === text).toBe(true);
    expect(decompress(other)).toHaveLength(length);
  }
});

test("a text of 2 KB leaves little behind that only a collection frees", () => {
  const text = textOf(["a line of a stack\\n", "another one\\n"], 150);
  const before = process.memoryUsage().arrayBuffers;
  for (let count = 0; count < 64; count++) decompress(compress(text));
  // 16 KB each way would be 2 MB.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(524_288);
});
