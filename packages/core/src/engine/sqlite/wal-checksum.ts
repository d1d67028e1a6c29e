/**
 * The checksum of SQLite's write-ahead log: two sums over 32-bit words, each fed into the other, continued from frame to
 * frame (https://www.sqlite.org/fileformat2.html#checksum_algorithm). Knows nothing of files.
 *
 * The sums are linear in every word, so a wrong sum tells whether one changed word explains it. That separates damage
 * from an interrupted write, which leaves whole sectors as they were before.
 */

export interface Sums {
  readonly first: number;
  readonly second: number;
}

export const NO_SUMS: Sums = { first: 0, second: 0 };

/** The sums after an even number of words, `from` up to but without `to`. Signed 32-bit numbers. */
export function sumWords(words: Int32Array, from: number, to: number, before: Sums): Sums {
  let { first, second } = before;
  for (let index = from; index < to; index += 2) {
    first = (first + (words[index] ?? 0) + second) | 0;
    second = (second + (words[index + 1] ?? 0) + first) | 0;
  }
  return { first, second };
}

export function sameSums(left: Sums, right: Sums): boolean {
  return left.first === right.first && left.second === right.second;
}

/** One word that would have to differ for the sums to be right. */
export interface ChangedWord {
  /** Counted from the first word summed. */
  readonly index: number;
  /** What has to be added to it, modulo 2^32. */
  readonly difference: number;
}

/**
 * The word whose change alone explains why `count` words have the sums `found` instead of `expected`; undefined when no
 * single word does. By chance one of a thousand words seems to, once in four million times.
 */
export function changedWord(found: Sums, expected: Sums, count: number): ChangedWord | undefined {
  const first = (expected.first - found.first) | 0;
  const second = (expected.second - found.second) | 0;
  // What 1 added to a word adds to both sums in the end, from the last pair of words to the first.
  let even = { first: 1, second: 1 };
  let odd = { first: 0, second: 1 };
  for (let index = count - 2; index >= 0; index -= 2) {
    for (const [weight, at] of [
      [even, index],
      [odd, index + 1],
    ] as const) {
      const difference =
        weight.first & 1
          ? Math.imul(first, inverseOf(weight.first))
          : Math.imul(second, inverseOf(weight.second));
      const explains =
        Math.imul(difference, weight.first) === first && Math.imul(difference, weight.second) === second;
      if (explains) return { index: at, difference };
    }
    even = afterPair(even);
    odd = afterPair(odd);
  }
  return undefined;
}

function afterPair({ first, second }: Sums): Sums {
  const next = (first + second) | 0;
  return { first: next, second: (second + next) | 0 };
}

/** The inverse of an odd number modulo 2^32, by Newton's iteration: each round doubles the bits that are right. */
function inverseOf(odd: number): number {
  let inverse = odd;
  for (let round = 0; round < 5; round++) inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse));
  return inverse;
}
