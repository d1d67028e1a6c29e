/** Owns finding room for labels beside marks: no label covers another, a mark, or leaves the frame. */
import { characterWidth, type Box } from "./frame.ts";

export interface Labelled {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** Radius of the mark. */
  readonly radius: number;
}

export interface PlacedLabel extends Labelled {
  readonly anchor: "start" | "end" | "middle";
}

const height = 14;
/** Between the rim of a mark and its label. */
const rim = 4;

/** Labels with their places, in the order given; those without room are left out. */
export function placeLabels(
  labels: readonly Labelled[],
  marks: readonly Labelled[],
  frame: Box,
): PlacedLabel[] {
  const taken: Box[] = marks.map(({ x, y, radius }) => {
    return { x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius };
  });
  const placed: PlacedLabel[] = [];
  for (const label of labels) {
    const own = marks.findIndex(({ x, y }) => x === label.x && y === label.y);
    const choice = candidates(label).find(({ box }) => {
      return isInside(box, frame) && !taken.some((other, index) => index !== own && overlaps(box, other));
    });
    if (choice === undefined) continue;
    taken.push(choice.box);
    placed.push(choice.place);
  }
  return placed;
}

function candidates({ x, y, text, radius }: Labelled): { readonly place: PlacedLabel; readonly box: Box }[] {
  const gap = radius + rim;
  const width = Array.from(text).length * characterWidth;
  const at = (anchor: PlacedLabel["anchor"], dx: number, dy: number): { place: PlacedLabel; box: Box } => {
    const left = anchor === "start" ? x + dx : anchor === "end" ? x + dx - width : x + dx - width / 2;
    return {
      place: { x: x + dx, y: y + dy, text, radius, anchor },
      box: { x: left, y: y + dy - height + 3, width, height },
    };
  };
  return [
    at("start", gap, 4),
    at("end", -gap, 4),
    at("middle", 0, -gap),
    at("middle", 0, gap + 9),
    at("start", gap, -8),
    at("end", -gap, -8),
    at("start", gap, 16),
    at("end", -gap, 16),
    at("start", -radius, -gap),
    at("end", radius, -gap),
    at("start", -radius, gap + 9),
    at("end", radius, gap + 9),
  ];
}

function isInside(box: Box, frame: Box): boolean {
  return (
    box.x >= frame.x &&
    box.y >= frame.y &&
    box.x + box.width <= frame.x + frame.width &&
    box.y + box.height <= frame.y + frame.height
  );
}

function overlaps(left: Box, right: Box): boolean {
  return (
    left.x < right.x + right.width &&
    right.x < left.x + left.width &&
    left.y < right.y + right.height &&
    right.y < left.y + left.height
  );
}
