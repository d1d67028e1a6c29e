/**
 * Ends threads that use too much memory. V8 has a limit of its own for a thread, but ends the whole process when one
 * allocation oversteps it by more than 16 MB (a growing map or array is enough), so that one lies far above and this
 * module looks at the threads from outside, which works in endless loops too.
 */
import { Worker } from "node:worker_threads";
import type { TinypoolWorker } from "tinypool";
import type { Clock } from "../clock.ts";

/** How far V8's limit lies above ours: more than a thread allocates between two looks. */
export const HEADROOM_MB = 4_096;
/** The code of the error of a thread that used too much, the platform's own. */
export const OUT_OF_MEMORY = "ERR_WORKER_OUT_OF_MEMORY";
export const BYTES_PER_MB = 1_048_576;
const LOOK_MS = 50;

export interface MemoryWatch {
  /** Looks at the threads until `release` was called as often as this. */
  hold(): void;
  release(): void;
}

/** @param threads the threads there are now. */
export function watchMemory(
  threads: () => readonly TinypoolWorker[],
  memoryMbMax: number,
  clock: Clock,
): MemoryWatch {
  let holders = 0;
  let cancel: (() => void) | undefined;
  const look = async (): Promise<void> => {
    for (const thread of threads()) {
      const usedBytes = await usedBytesOf(thread);
      if (usedBytes <= memoryMbMax * BYTES_PER_MB || !threads().includes(thread)) continue;
      const error = Object.assign(new Error(`the thread used ${usedBytes} bytes`), { code: OUT_OF_MEMORY });
      // Told as its error, tinypool ends the thread and fails what it did.
      thread.emit("error", error);
    }
    next();
  };
  const next = (): void => {
    cancel?.();
    cancel = holders > 0 ? clock.timer(LOOK_MS, () => void look()) : undefined;
  };
  return {
    hold: () => {
      holders++;
      if (holders === 1) next();
    },
    release: () => {
      holders--;
      if (holders === 0) cancel?.();
    },
  };
}

/** The heap, garbage that was not collected yet included, and the binary buffers. */
async function usedBytesOf(thread: TinypoolWorker): Promise<number> {
  const worker: unknown = Reflect.get(thread, "thread");
  // Not in tinypool's types, so it may go; then V8's limit is left, and a test of the memory limit fails.
  if (!(worker instanceof Worker)) return 0;
  try {
    const statistics = await worker.getHeapStatistics();
    return statistics.used_heap_size + statistics.external_memory;
  } catch {
    // ignore: the thread ended in the meantime and uses nothing
    return 0;
  }
}
