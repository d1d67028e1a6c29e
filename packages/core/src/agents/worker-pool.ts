/**
 * The threads of one agent and how many attempts are in them. Creating, reusing and ending a thread is threads.ts's.
 *
 * Invariants: (1) at most `threads` attempts are in the pool, so that tinypool's own queue is never waited in for a
 * slot (there, a queued task may wait forever after another was aborted); (2) after `close`, no thread is left;
 * (3) threads exist only from the first attempt until `close`.
 */
import type { Clock } from "../clock.ts";
import type { StepContext } from "../delegation/agent.ts";
import { Slots } from "./slots.ts";
import { closeReason, stopReason } from "./stop-reason.ts";
import type { OpenThreads } from "./threads.ts";
import { attemptInThread } from "./worker-attempt.ts";
import type { ThreadTask } from "./worker-message.ts";

export interface WorkerPoolOptions {
  readonly agent: string;
  readonly threads: number;
  readonly memoryMbMax: number;
  readonly clock: Clock;
}

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #slots: Slots;
  readonly #attempts = new Set<Promise<unknown>>();
  #closing = new AbortController();
  #threads: OpenThreads | undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#slots = new Slots(options.threads);
  }

  /** Makes one attempt in a thread; settles when the thread is done with it or has ended. */
  async run(task: Omit<ThreadTask, "port">, ctx: StepContext): Promise<unknown> {
    const signal = AbortSignal.any([ctx.signal, this.#closing.signal]);
    const attempt = this.#runInSlot(task, ctx, signal);
    this.#attempts.add(attempt);
    try {
      return await attempt;
    } finally {
      this.#attempts.delete(attempt);
    }
  }

  /** Stops what runs and ends all threads; a later `run` begins anew. */
  async close(): Promise<void> {
    this.#closing.abort(closeReason(this.#options.agent));
    this.#closing = new AbortController();
    const threads = this.#threads;
    this.#threads = undefined;
    await Promise.allSettled(this.#attempts);
    await threads?.end();
  }

  async #runInSlot(task: Omit<ThreadTask, "port">, ctx: StepContext, signal: AbortSignal): Promise<unknown> {
    if (!(await this.#slots.acquire(signal))) throw stopReason(task.agent, signal);
    const { threads, memoryMbMax, clock } = this.#options;
    try {
      // Takes some megabytes, which a process without such agents, and the thread of a server, need not hold.
      const { openThreads } = await import("./threads.ts");
      if (signal.aborted) throw stopReason(task.agent, signal);
      this.#threads ??= openThreads(threads, memoryMbMax, clock);
      return await attemptInThread(this.#threads, task, ctx, signal, clock);
    } finally {
      this.#slots.release();
    }
  }
}
