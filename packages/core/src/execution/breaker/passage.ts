/**
 * What one attempt has to pass before it begins: the breaker of its agent, then a slot, where the agent has few.
 *
 * Invariants: (1) a slot that was entered is left once; (2) an attempt that was let through as a probe and says nothing
 * of its agent gives its turn back.
 */
import type { CancelTimer } from "../../clock.ts";
import type { AttemptResult, Gate } from "../../engine/engine.ts";

/** What a passage asks of the breaker. */
export interface PassageHost {
  /** Whether no attempt of the agent may begin now. */
  isShut(agent: string): boolean;
  /** An attempt begins; whether it is a probe. */
  begins(agent: string): boolean;
  /** A probe ended that says nothing of its agent. */
  gaveUp(agent: string): void;
  /** Calls `again` once it may no longer be shut. */
  wait(agent: string, again: () => void): CancelTimer;
}

export class Passage implements Gate {
  readonly #host: PassageHost;
  readonly #agent: string;
  readonly #slots: Gate | undefined;
  #isProbe = false;

  constructor(host: PassageHost, agent: string, slots: Gate | undefined) {
    this.#host = host;
    this.#agent = agent;
    this.#slots = slots;
  }

  get isShut(): boolean {
    return this.#host.isShut(this.#agent);
  }

  tryEnter(): boolean {
    if (this.isShut || this.#slots?.tryEnter() === false) return false;
    this.#isProbe = this.#host.begins(this.#agent);
    return true;
  }

  queue(entered: () => void): CancelTimer {
    let leaveQueue: CancelTimer;
    const again = (): void => {
      if (this.tryEnter()) entered();
      else wait();
    };
    const handed = (): void => {
      // Whoever waited for a slot must not begin with it what the breaker has stopped since.
      this.#slots?.leave();
      again();
    };
    const wait = (): void => {
      leaveQueue =
        this.isShut || !this.#slots ? this.#host.wait(this.#agent, again) : this.#slots.queue(handed);
    };
    wait();
    return () => leaveQueue();
  }

  leave(): void {
    this.#slots?.leave();
    if (!this.#isProbe) return;
    this.#isProbe = false;
    this.#host.gaveUp(this.#agent);
  }

  /** The attempt has a result; the breaker learns of it from the log. */
  ended(result: AttemptResult): void {
    if (result.ok || result.agentFault) this.#isProbe = false;
  }
}
