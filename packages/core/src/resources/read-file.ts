/** The files in which a kernel tells how busy it is, read through one function that tests replace by a fixture tree. */
import { readFileSync } from "node:fs";

/** The text of a file, or undefined where it can't be read. */
export type ReadFile = (path: string) => string | undefined;

/** Reads synchronously: these files are made by the kernel on the spot, no disk is involved. */
export function readSystemFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // ignore: which of these files there are depends on kernel and container, and a cgroup can vanish at any time
    return undefined;
  }
}

/** The number that follows `key` on its line, as in `inactive_file 4096` or `MemTotal:   2048 kB`. */
export function numberAfter(text: string | undefined, key: string): number | undefined {
  const line = text
    ?.split("\n")
    .find((candidate) => candidate.startsWith(key) && /\s/.test(candidate[key.length] ?? ""));
  return line === undefined ? undefined : toNumber(line.slice(key.length));
}

/** The number a text begins with; undefined for none, and for words such as `max`. */
export function toNumber(text: string | undefined): number | undefined {
  const digits = /^\s*(-?\d+)/.exec(text ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}
