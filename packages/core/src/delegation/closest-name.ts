/** The name a person probably meant, for "did you mean …?". */

/** The closest of `names` by edit distance, if it is close enough to be a slip. */
export function closestName(wanted: string, names: readonly string[]): string | undefined {
  let closest: string | undefined;
  let distance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    const found = editDistance(wanted, name);
    if (found >= distance) continue;
    closest = name;
    distance = found;
  }
  return closest;
}

/**
 * Optimal string alignment distance (Damerau 1964, Boytsov 2011): insertions, deletions, substitutions and swaps of
 * neighbours count one each. O(n·m) time, O(m) space.
 */
function editDistance(left: string, right: string): number {
  let twoAbove: number[] = [];
  let above = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution = (above[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      const oneSided = Math.min(above[column] ?? 0, current[column - 1] ?? 0) + 1;
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
          ? (twoAbove[column - 2] ?? 0) + 1
          : Infinity;
      current.push(Math.min(substitution, oneSided, swapped));
    }
    twoAbove = above;
    above = current;
  }
  return above[right.length] ?? 0;
}
