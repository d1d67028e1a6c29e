/** The machine a figure was measured on, and its own disk's speed. */
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from "node:fs";
import { cpus, totalmem, type } from "node:os";
import { join } from "node:path";

const SYNCS = 200;
const PAGE = Buffer.alloc(4_096, 1);

/** Milliseconds of each of 200 syncs of one appended page in `folder`. */
export function measureFdatasync(folder: string): readonly number[] {
  const file = join(folder, "fdatasync.probe");
  const descriptor = openSync(file, "w");
  const times: number[] = [];
  for (let index = 0; index < SYNCS; index++) {
    writeSync(descriptor, PAGE);
    const startedAt = performance.now();
    fdatasyncSync(descriptor);
    times.push(performance.now() - startedAt);
  }
  closeSync(descriptor);
  rmSync(file);
  return times;
}

/** One line: system, processors, memory, Node. */
export function describeMachine(): string {
  const [first] = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${type()}, ${cpus().length} × ${first?.model.trim() ?? "unknown processor"}, ${gigabytes} GiB, Node ${process.version}`;
}
