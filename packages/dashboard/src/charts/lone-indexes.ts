/** The values of a line that no line would reach. Pure. */

/** Where there is a value between two gaps. */
export function loneIndexes(values: ArrayLike<number | null | undefined>): number[] {
  const isGap = (index: number): boolean => (values[index] ?? null) === null;
  return Array.from(values, (_value, index) => index).filter(
    (index) => !isGap(index) && isGap(index - 1) && isGap(index + 1),
  );
}
