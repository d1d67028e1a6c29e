/** Repeats a scenario with a crash at each of its writes, one crash at a time, until one ends without having crashed. */
import { ReeveError } from "../errors.ts";
import { FaultyDisk, type FaultyDiskOptions } from "./faulty-disk.ts";

export interface EveryWriteOptions {
  /** Makes the options of each disk, such as a new file. @default in memory */
  readonly disk?: () => FaultyDiskOptions;
  /** Gives up when the scenario has more writes, 1 or more. @default 10_000 */
  readonly writesMax?: number;
}

export interface EveryWrite {
  /** Writes of the scenario; there was a crash before and after each. */
  readonly writes: number;
}

const WRITES_MAX = 10_000;

/**
 * Calls `scenario` with a new disk for each crash: before its first write, after it, before its second, and so on. The
 * scenario lives on the disk with `disk.live` and checks what came of it; what it throws is thrown with the crash at
 * which it happened.
 */
export async function crashAtEveryWrite(
  scenario: (disk: FaultyDisk) => Promise<void>,
  options: EveryWriteOptions = {},
): Promise<EveryWrite> {
  const { disk: diskOptions, writesMax = WRITES_MAX } = options;
  for (let write = 1; write <= writesMax; write++) {
    for (const side of ["before", "after"] as const) {
      const disk = new FaultyDisk(diskOptions?.());
      let hasCrashed = false;
      disk.crashAtWrite(write, { side, then: () => (hasCrashed = true) });
      try {
        await scenario(disk);
      } catch (error) {
        throw new Error(`with a crash ${side} write ${write}, the scenario fails: ${String(error)}`, {
          cause: error,
        });
      }
      if (!hasCrashed && side === "before") return { writes: write - 1 };
    }
  }
  throw new ReeveError("option-invalid", `the scenario has more than ${writesMax} writes`, {
    hint: "make it smaller, or raise writesMax",
  });
}
