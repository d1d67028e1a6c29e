/**
 * What agents of a simulated process stand on: one life of the process, which ends for them the moment it is dropped,
 * and the ledger of what they did, which outlives it like the world outside does.
 */
import { ManualClock } from "../clock.ts";
import type { Path } from "../delegation/path.ts";
import type { MemoryLog } from "../engine/memory/memory-store.ts";

export type Deed = "run" | "undo" | "undo-unsure" | "sub-step";

/** One line of the ledger. */
export interface Entry {
  readonly deed: Deed;
  /** "effect": the world outside was changed. */
  readonly moment: "began" | "effect";
  /** The run that the agent belonged to. */
  readonly run: string;
  readonly path: Path;
  /** Of the sub-step. */
  readonly name: string | undefined;
  readonly key: string;
  /** The attributes of the context it saw, as text. */
  readonly context: string;
  readonly attempt: number;
  /** The position of the last event on disk at that moment. */
  readonly committed: number;
  /** Which life of the process, counted from 0. */
  readonly life: number;
}

export class Stage {
  readonly log: MemoryLog;
  readonly ledger: Entry[] = [];
  #life = 0;
  #clock: ManualClock;
  #busy = 0;

  constructor(log: MemoryLog, clock: ManualClock) {
    this.log = log;
    this.#clock = clock;
  }

  get life(): number {
    return this.#life;
  }

  /** How many agents are at work without waiting for the clock. */
  get busy(): number {
    return this.#busy;
  }

  get clock(): ManualClock {
    return this.#clock;
  }

  /** The process is gone: what ran in it never goes on. The next one begins `downMs` later. */
  crash(downMs: number): void {
    this.#life++;
    this.#busy = 0;
    this.#clock = new ManualClock(this.#clock.now() + downMs);
  }

  note(entry: Omit<Entry, "committed" | "life">): void {
    this.ledger.push({ ...entry, committed: this.log.position, life: this.#life });
  }

  /** Passes so many turns of the event loop; never ends when the process does before. */
  async turns(count: number): Promise<void> {
    const life = this.#life;
    for (let left = count; left > 0; left--) {
      this.#busy++;
      await new Promise<void>((resolve) => {
        setImmediate(() => {
          if (life !== this.#life) return;
          this.#busy--;
          resolve();
        });
      });
    }
  }

  /** Passes so much time; rejects with the signal's reason when that aborts first. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        cancel();
        reject(signal.reason instanceof Error ? signal.reason : new Error("stopped"));
      };
      const cancel = this.#clock.timer(ms, () => {
        signal.removeEventListener("abort", stop);
        resolve();
      });
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
    });
  }
}
