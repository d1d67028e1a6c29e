/** A small real disk in memory that can be filled: a tmpfs, which only root may mount. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, truncateSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk extends Disposable {
  readonly folder: string;
  /** Takes up what is free but `spareBytes`; harmless where there is less. */
  fill(spareBytes: number): void;
  /** Gives back what `fill` took. */
  free(): void;
  usedBytes(): number;
}

const BLOCK = Buffer.alloc(1_048_576);
const PAGE_BYTES = 4_096;

/** @throws Error where this user may not mount, with why */
export function mountSmallDisk(bytes: number): SmallDisk {
  if (process.platform !== "linux") throw new Error("only Linux mounts a tmpfs");
  const folder = mkdtempSync(join(tmpdir(), "reeve-soak-disk-"));
  try {
    call("mount", "-t", "tmpfs", "-o", `size=${bytes},mode=0700`, "tmpfs", folder);
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  const ballast = join(folder, "ballast");
  const free = (): void => rmSync(ballast, { force: true });
  return {
    folder,
    fill: (spareBytes) => {
      free();
      const taken = writeUntilFull(ballast);
      truncateSync(ballast, Math.max(0, taken - Math.floor(spareBytes)));
    },
    free,
    usedBytes: () => {
      const { blocks, bfree, bsize } = statfsSync(folder);
      return (blocks - bfree) * bsize;
    },
    [Symbol.dispose]: () => {
      // Lazily: a file that a process left open must not keep the disk mounted.
      call("umount", "-l", folder);
      rmSync(folder, { recursive: true });
    },
  };
}

/** By blocks, and the last of it by pages: a full disk takes a part of a block at most. */
function writeUntilFull(file: string): number {
  const descriptor = openSync(file, "w");
  let taken = 0;
  try {
    for (const block of [BLOCK, BLOCK.subarray(0, PAGE_BYTES)]) {
      for (let written = 1; written > 0; taken += written) written = writeSome(descriptor, block);
    }
    return taken;
  } finally {
    closeSync(descriptor);
  }
}

/** How much of the block there was room for. */
function writeSome(descriptor: number, block: Buffer): number {
  try {
    return writeSync(descriptor, block);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return 0;
    throw error;
  }
}

function call(command: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command}: ${stderr.trim()}`);
}
