/** What a killed process leaves of an SQLite file: its bytes and those of its write-ahead log, as they are now. */
import { copyFileSync, existsSync, renameSync, rmSync } from "node:fs";

const PARTS = ["", "-wal"];

/**
 * Keeps the files as they are while `close` tidies them up, and puts them back. Nobody else may have them open; the
 * locks on them end with the copy, as they would with the process.
 */
export function closeAsKilled(file: string, close: () => void): void {
  const kept = PARTS.filter((part) => existsSync(file + part));
  for (const part of kept) copyFileSync(file + part, copyOf(file, part));
  try {
    close();
  } finally {
    // The index of the log belongs to the connections that are gone.
    for (const part of [...PARTS, "-shm"]) rmSync(file + part, { force: true });
    for (const part of kept) renameSync(copyOf(file, part), file + part);
  }
}

function copyOf(file: string, part: string): string {
  return `${file}-killed${part}`;
}
