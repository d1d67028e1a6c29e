/**
 * Owns the division of a rectangle among weights, with parts as square as can be: squarified treemaps (Bruls, Huizing
 * and van Wijk, 2000). Cost is linear in the items when they come largest first.
 */
import type { Box } from "./frame.ts";

export interface Placed<Item> {
  readonly item: Item;
  readonly box: Box;
}

/** The items, which must come largest first, with their parts of the box. Items without weight get none. */
export function squarify<Item>(
  items: readonly Item[],
  weigh: (item: Item) => number,
  box: Box,
): Placed<Item>[] {
  const weighty = items.filter((item) => weigh(item) > 0);
  const sum = weighty.reduce((total, item) => total + weigh(item), 0);
  if (sum <= 0 || box.width <= 0 || box.height <= 0) return [];
  const scale = (box.width * box.height) / sum;
  const placed: Placed<Item>[] = [];
  let free = box;
  let start = 0;
  while (start < weighty.length) {
    const row = takeRow(
      weighty.slice(start),
      (item) => weigh(item) * scale,
      Math.min(free.width, free.height),
    );
    start += row.items.length;
    placed.push(...layRow(row, free));
    free = remainder(row.area, free);
  }
  return placed;
}

interface Row<Item> {
  readonly items: { readonly item: Item; readonly area: number }[];
  readonly area: number;
}

/** Adds items to a row along the short side as long as that makes its worst part more square. */
function takeRow<Item>(items: readonly Item[], areaOf: (item: Item) => number, side: number): Row<Item> {
  const row: { item: Item; area: number }[] = [];
  let area = 0;
  let worst = Infinity;
  for (const item of items) {
    const next = areaOf(item);
    const largest = Math.max(next, row[0]?.area ?? 0);
    const sum = area + next;
    const worstNext = Math.max((side * side * largest) / (sum * sum), (sum * sum) / (side * side * next));
    if (worstNext > worst) break;
    row.push({ item, area: next });
    area = sum;
    worst = worstNext;
  }
  return { items: row, area };
}

function layRow<Item>(row: Row<Item>, free: Box): Placed<Item>[] {
  const isColumn = free.width >= free.height;
  const side = isColumn ? free.height : free.width;
  const depth = row.area / side;
  let along = 0;
  return row.items.map(({ item, area }) => {
    const length = area / depth;
    const box = isColumn
      ? { x: free.x, y: free.y + along, width: depth, height: length }
      : { x: free.x + along, y: free.y, width: length, height: depth };
    along += length;
    return { item, box };
  });
}

function remainder(area: number, free: Box): Box {
  if (free.width >= free.height) {
    const depth = area / free.height;
    return { ...free, x: free.x + depth, width: Math.max(0, free.width - depth) };
  }
  const depth = area / free.width;
  return { ...free, y: free.y + depth, height: Math.max(0, free.height - depth) };
}
