/** What people read in place of a path. */

/** The last name of a path as the user wrote it, its escapes undone. */
export function labelOf(path: string): string {
  const last = path.slice(path.lastIndexOf("/") + 1);
  return last.replace(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
