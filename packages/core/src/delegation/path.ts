/**
 * The path of a step: the names of the nodes from the root pattern (which has none) down to it, joined by `/`.
 *
 * Invariants: (1) two different places of one pattern have different paths; (2) segments Reeve adds itself (`[17]`
 * for an item, `[try-2]` for a further try, `undo`, and bookkeeping such as `!items`) can't be written by a user: names are escaped.
 */

export type Path = string;

/** A name as a path segment: characters with a meaning in paths, and control characters, are percent-encoded. */
export function segment(name: string): string {
  // An undo's path ends in `/undo`, so a node of that name is told apart by its first letter.
  if (name === "undo") return "%75ndo";
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return name.replace(/[%/[\]!\u0000-\u001f\u007f]/g, encodeCharacter);
}

/** The path of the child `segments` below `parent`; the root's path is the empty string. */
export function join(parent: Path, child: string): Path {
  return parent === "" ? child : `${parent}/${child}`;
}

/** The segment of the item or batch with this index, counted from 0. */
export function itemSegment(index: number): string {
  return `[${index}]`;
}

/** The path of a further try of the `delegate` at `step`, counted from 1; the first has the path of the step itself. */
export function tryPath(step: Path, number: number): Path {
  return number === 1 ? step : join(step, `[try-${number}]`);
}

/** The step that `path` is a try of; where it is no try, `path` itself. */
export function stepOfTry(path: Path): Path {
  return path.replace(/\/\[try-\d+\]$/, "");
}

/** The path of the step's undo. */
export function undoPath(path: Path): Path {
  return join(path, "undo");
}

/** Whether `path` is that of an undo. */
export function isUndo(path: Path): boolean {
  return path.endsWith("/undo");
}

/** A path of the engine's own bookkeeping below `path`, such as the recorded items of a `forEach`. */
export function innerPath(path: Path, what: string): Path {
  return join(path, `!${what}`);
}

/** The path with every item's index left out, so that the items of a list are one: `migrate/data/[*]/copy`. */
export function pathOfAll(path: Path): Path {
  return path.includes("[") ? path.replace(/(^|\/)\[\d+\](?=\/|$)/g, "$1[*]") : path;
}

function encodeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
