/**
 * Threads, on tinypool, which creates, reuses and ends them. This module owns its settings, and what it leaves open
 * (2.2.0): a thread that ends itself with `process.exit()` would go unnoticed, and a thread that dies while it
 * starts leaves its task waiting.
 */
import { Tinypool, type TinypoolWorker } from "tinypool";
import type { Clock } from "../clock.ts";
import { BYTES_PER_MB, HEADROOM_MB, watchMemory } from "./thread-memory.ts";
import type { ThreadTask } from "./worker-message.ts";

/** How many bytes of the heap limit may be in use after an attempt before the thread is replaced. */
const RECYCLE_SHARE = 0.8;
/** A thread without work ends after this. */
const IDLE_MS = 10_000;

/** What one attempt sees of the pool. */
export interface Threads {
  /** Resolves when the thread is done with the task; rejects when the thread died, or `kill` aborted. */
  run(task: ThreadTask, kill: AbortSignal): Promise<void>;
  /** Calls `listen` for each thread that dies without an attempt, perhaps while it starts. */
  onCrash(listen: (error: unknown) => void): () => void;
  readonly memoryMbMax: number;
}

export interface OpenThreads extends Threads {
  end(): Promise<void>;
}

export function openThreads(threads: number, memoryMbMax: number, clock: Clock): OpenThreads {
  // The same file as a source and as built, where imports are rewritten but URLs are not.
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const pool = new Tinypool({
    filename: new URL(`./worker-entry.${ending}`, import.meta.url).href,
    name: "attempt",
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
    // A thread that blocks while idle could neither crash nor exit where that is seen.
    useAtomics: false,
    ...threadOptions(process.execArgv),
    resourceLimits: { maxOldGenerationSizeMb: memoryMbMax + HEADROOM_MB },
    maxMemoryLimitBeforeRecycle: memoryMbMax * BYTES_PER_MB * RECYCLE_SHARE,
  });
  const memory = watchMemory(() => pool.threads, memoryMbMax, clock);
  const listeners = new Set<(error: unknown) => void>();
  const watched = new WeakSet<TinypoolWorker>();
  pool.on("error", (error: unknown) => {
    for (const listen of listeners) listen(error);
  });
  const watchAll = (): void => {
    for (const worker of pool.threads) {
      if (watched.has(worker)) continue;
      watched.add(worker);
      // Told as an error, the end of a thread that tinypool still counts on is cleaned up by tinypool.
      worker.once("exit", () => {
        if (pool.threads.includes(worker)) worker.emit("error", new Error("the thread ended itself"));
      });
    }
  };
  return {
    memoryMbMax,
    run: async (task, kill) => {
      const running: Promise<unknown> = pool.run(task, { transferList: [task.port], signal: kill });
      watchAll();
      memory.hold();
      try {
        await running;
        watchAll();
      } finally {
        memory.release();
      }
    },
    onCrash: (listen) => {
      listeners.add(listen);
      return () => void listeners.delete(listen);
    },
    end: () => pool.destroy(),
  };
}

/**
 * Threads inherit the options Node was started with, such as `--conditions`. Of a script given as text one option is
 * refused by threads; and options given outright may not be among those of the whole process, so few are kept then.
 */
function threadOptions(options: readonly string[]): { readonly execArgv?: string[] } {
  if (!options.some((option) => option.startsWith("--input-type"))) return {};
  const isCondition = (option: string | undefined): boolean => option === "-C" || option === "--conditions";
  const kept = options.filter(
    (option, index) =>
      isCondition(option) || isCondition(options[index - 1]) || option.startsWith("--conditions="),
  );
  return { execArgv: kept };
}
