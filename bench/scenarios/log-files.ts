/** The files that a log consists of, and their copies. */
import { copyFileSync, existsSync, rmSync } from "node:fs";

export function removeLog(file: string): void {
  for (const suffix of ["", "-wal", "-shm", "-owner"]) rmSync(file + suffix, { force: true });
}

/** As a killed process left it: what is not yet in the file is in its write-ahead log. */
export function copyLog(from: string, to: string): void {
  for (const suffix of ["", "-wal"]) if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix);
}
