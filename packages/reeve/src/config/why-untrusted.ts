/** Whether code that was merely found may be run: not where another user could have put it there or changed it. */
import { statSync } from "node:fs";
import { dirname } from "node:path";
import type { Environment } from "../output/terminal.ts";

const OTHERS_MAY_WRITE = 0o002;
/** Files in such a folder can be replaced by their owners only, as in /tmp. */
const STICKY = 0o1000;

/**
 * Why somebody else may have written the file; undefined where nobody could but the user himself, root, or, for root,
 * the user who called sudo. Systems without users of this kind are not asked.
 */
export function whyUntrusted(file: string, environment: Environment): string | undefined {
  const user = process.getuid?.();
  if (user === undefined) return undefined;
  const trusted = [0, user];
  const caller = Number(environment["SUDO_UID"] ?? Number.NaN);
  if (user === 0 && Number.isInteger(caller)) trusted.push(caller);
  for (const path of [file, dirname(file)]) {
    const { uid, mode } = statSync(path);
    const isFile = path === file;
    // Whoever owns the folder of a file, or may write to it, can put another file in its place.
    if (!trusted.includes(uid)) return `${isFile ? "it" : "its folder"} belongs to another user (uid ${uid})`;
    const isOpen = (mode & OTHERS_MAY_WRITE) !== 0 && (isFile || (mode & STICKY) === 0);
    if (isOpen) return `every user of this machine may write to ${isFile ? "it" : "its folder"}`;
  }
  return undefined;
}
