/**
 * The attempts that were announced and have not settled, counted so that an engine that closes can let them end. From
 * when it begins to drain, no attempt begins.
 */
import type { Clock } from "../../clock.ts";

export class Drain {
  readonly #clock: Clock;
  #attempts = 0;
  #onEmpty: (() => void) | undefined;
  #hasBegun = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  begin(): void {
    this.#hasBegun = true;
  }

  announced(): void {
    this.#attempts++;
  }

  settled(): void {
    this.#attempts--;
    if (this.#attempts === 0) this.#onEmpty?.();
  }

  /** Resolves when every attempt has settled, or after `limitMs`; without a limit it waits as long as they take. */
  ended(limitMs?: number): Promise<void> {
    if (this.#attempts === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = limitMs === undefined ? undefined : this.#clock.timer(limitMs, resolve);
      this.#onEmpty = () => {
        cancel?.();
        resolve();
      };
    });
  }
}
