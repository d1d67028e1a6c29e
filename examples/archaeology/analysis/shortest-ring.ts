/** Finds an actual circle in a group of files that all lead to each other: who imports whom, and back to the first. */

/** Imports followed in one group before the shortest circle so far has to do. */
const importsFollowedMax = 500_000;

/**
 * Files in the order in which each imports the next and the last imports the first. Breadth first from every file, so
 * it is a shortest circle, and of those the one with the first file in path order; only in a group of thousands of
 * files, where that takes too long, one found by then. Empty when the group holds no circle.
 */
export function findShortestRing(
  group: readonly string[],
  edges: ReadonlyMap<string, ReadonlySet<string>>,
): string[] {
  const members = new Set(group);
  let followed = 0;
  let shortest: string[] = [];
  for (const start of group.toSorted()) {
    const ring = ringThrough(start, shortest.length - 1);
    if (ring !== undefined) shortest = ring;
    // Nobody imports itself in this graph, so no circle is shorter than two.
    if (shortest.length === 2 || (shortest.length > 0 && followed > importsFollowedMax)) break;
  }
  return shortest;

  /** The shortest circle through `start`, if it has at most `lengthMax` files; any length when that is negative. */
  function ringThrough(start: string, lengthMax: number): string[] | undefined {
    const cameFrom = new Map<string, string>();
    const depths = new Map([[start, 1]]);
    for (const [file, depth] of depths) {
      if (lengthMax >= 0 && depth > lengthMax) return undefined;
      for (const target of edges.get(file) ?? []) {
        followed += 1;
        if (target === start) return wayTo(file, cameFrom);
        if (depths.has(target) || !members.has(target)) continue;
        cameFrom.set(target, file);
        depths.set(target, depth + 1);
      }
    }
    return undefined;
  }
}

function wayTo(file: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way: string[] = [];
  for (let at: string | undefined = file; at !== undefined; at = cameFrom.get(at)) way.push(at);
  return way.toReversed();
}
