/** Paths of steps as people read them. */

/** The path's segments from the root down; none for the run itself. */
function segmentsOf(path: string): readonly string[] {
  return path === "" ? [] : path.split("/");
}

/** The last segment, readable: `item 17` for `[17]`, percent escapes undone. */
export function stepName(path: string): string {
  const last = segmentsOf(path).at(-1) ?? "run";
  const item = /^\[(\d+)\]$/.exec(last)?.[1];
  if (item !== undefined) return `item ${item}`;
  return readable(last);
}

/** The whole path, readable. */
export function pathText(path: string): string {
  return segmentsOf(path).map(readable).join(" / ");
}

/** The path above; undefined for the root. */
export function parentPath(path: string): string | undefined {
  if (path === "") return undefined;
  const cut = path.lastIndexOf("/");
  return cut < 0 ? "" : path.slice(0, cut);
}

/** Whether the path is of bookkeeping, such as the recorded items of a `forEach`. */
export function isInner(path: string): boolean {
  return segmentsOf(path).some((segment) => segment.startsWith("!"));
}

function readable(segment: string): string {
  return segment.replace(/%([0-9a-f]{2})/g, (whole, hex: string) => {
    const code = Number.parseInt(hex, 16);
    // Control characters stay escaped, so that they are seen.
    return code < 0x20 || code === 0x7f ? whole : String.fromCharCode(code);
  });
}
