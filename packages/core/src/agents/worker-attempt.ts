/**
 * The host's side of one attempt in a thread: hands over the input, passes on what the thread reports, and ends the
 * thread when the attempt must stop.
 *
 * Invariant: it settles only after the thread is done with the attempt, or no longer exists.
 */
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { once } from "node:events";
import type { Clock } from "../clock.ts";
import type { StepContext } from "../delegation/agent.ts";
import { fromStepError, toStepError } from "../delegation/failure.ts";
import { NonRetryableError, ReeveError } from "../errors.ts";
import { OUT_OF_MEMORY } from "./thread-memory.ts";
import { unpack } from "./crossing.ts";
import { stopReason } from "./stop-reason.ts";
import type { FromThread, ThreadOutcome, ThreadTask, ToThread } from "./worker-message.ts";
import type { Threads } from "./threads.ts";

/** What a function gets to see `ctx.signal` and end by itself, which spares the thread. */
const STOP_GRACE_MS = 100;
/** How long a task may wait for a thread once a thread died without an attempt: perhaps it was this one's. */
const START_MS_MAX = 5_000;
/** How long to wait for the end of a thread that died or was told to end. */
const END_MS_MAX = 5_000;
/** Ending a thread takes milliseconds; on a machine with more to do than it can, longer. */
const KILL_MARGIN_MS = 1_000;

/** Within this time an attempt that must stop has settled, by itself or with the end of its thread. */
export const THREAD_STOP_MS_MAX: number = STOP_GRACE_MS + KILL_MARGIN_MS + END_MS_MAX;

/** What is known of the attempt by now. */
interface Progress {
  started: boolean;
  outcome: ThreadOutcome | undefined;
  crash: unknown;
}

/** @throws what the function threw, or a ReeveError that says how the thread failed. */
export async function attemptInThread(
  threads: Threads,
  task: Omit<ThreadTask, "port">,
  ctx: StepContext,
  signal: AbortSignal,
  clock: Clock,
): Promise<unknown> {
  const { port1: port, port2 } = new MessageChannel();
  const closed = once(port, "close");
  const progress: Progress = { started: false, outcome: undefined, crash: undefined };
  port.on("message", (message: FromThread) => receive(message, ctx, progress));
  const kill = new AbortController();
  const stopping = stopOnAbort(task, port, signal, clock, kill);
  const watch = watchStart(threads, progress, clock, kill);
  const failure = await threads.run({ ...task, port: port2 }, kill.signal).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  stopping.end();
  watch.end();
  // A task that never reached a thread left its port here; then nobody else would close the channel.
  if (failure && !progress.started) port2.close();
  // Messages come before the close, so that nothing the thread said is lost.
  await settleWithin(closed, END_MS_MAX, clock);
  port.close();
  if (stopping.asked()) throw stopReason(task.agent, signal);
  return conclude(task, ctx, threads.memoryMbMax, progress, failure?.error);
}

/** Asks the thread to stop when the signal aborts, and ends it when it does not. */
function stopOnAbort(
  task: Omit<ThreadTask, "port">,
  port: MessagePort,
  signal: AbortSignal,
  clock: Clock,
  kill: AbortController,
): { end(): void; asked(): boolean } {
  let cancel: (() => void) | undefined;
  const onAbort = (): void => {
    const message: ToThread = {
      kind: "stop",
      reason: toStepError(stopReason(task.agent, signal), task.facts),
    };
    port.postMessage(message);
    cancel = clock.timer(STOP_GRACE_MS, () => kill.abort());
  };
  signal.addEventListener("abort", onAbort, { once: true });
  return {
    end: () => {
      signal.removeEventListener("abort", onAbort);
      cancel?.();
    },
    asked: () => cancel !== undefined,
  };
}

function watchStart(
  threads: Threads,
  progress: Progress,
  clock: Clock,
  kill: AbortController,
): { end(): void } {
  let cancel: (() => void) | undefined;
  const stop = threads.onCrash((error) => {
    if (progress.started || cancel) return;
    cancel = clock.timer(START_MS_MAX, () => {
      if (progress.started) return;
      progress.crash = error;
      kill.abort();
    });
  });
  return {
    end: () => {
      stop();
      cancel?.();
    },
  };
}

function receive(message: FromThread, ctx: StepContext, progress: Progress): void {
  switch (message.kind) {
    case "started":
      progress.started = true;
      return;
    case "progress":
      return ctx.progress(message.fraction, message.note);
    case "heartbeat":
      return ctx.heartbeat();
    case "log":
      return ctx.log[message.level](message.message);
    case "usage":
      return ctx.usage(message.used);
    case "exiting":
      // The thread also exits after something nobody caught, which says more.
      progress.outcome ??= message;
      return;
    case "returned":
    case "failed":
    case "refused":
      progress.outcome = message;
  }
}

async function settleWithin(settled: Promise<unknown>, limitMs: number, clock: Clock): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.timer(limitMs, resolve);
  await Promise.race([settled, promise]);
  cancel();
}

function conclude(
  task: Omit<ThreadTask, "port">,
  ctx: StepContext,
  memoryMbMax: number,
  progress: Progress,
  error: unknown,
): unknown {
  const agent = `agent '${task.agent}'`;
  const { outcome, crash } = progress;
  switch (outcome?.kind) {
    case "returned": {
      const output = unpack(outcome.output);
      return outcome.change ? ctx.with(outcome.change, output) : output;
    }
    case "failed":
      throw thrownIn(outcome);
    case "refused":
      throw new ReeveError(outcome.code, outcome.message, { hint: outcome.hint });
    case "exiting":
      throw new ReeveError(
        "worker-exited",
        `${agent}: its thread ended itself with exit code ${outcome.code}`,
        {
          hint: "return a value or throw instead of calling process.exit()",
        },
      );
    case undefined:
      throw threadError(task, memoryMbMax, crash ?? error);
  }
}

/** What the thread's function threw, under its own name; of a kind that is not retried where it was one. */
function thrownIn({ error, retryable }: Extract<ThreadOutcome, { kind: "failed" }>): Error {
  const made = fromStepError(error);
  if (!retryable) Object.setPrototypeOf(made, NonRetryableError.prototype);
  return made;
}

/** The thread said nothing: it died, or never got the task. */
function threadError(task: Omit<ThreadTask, "port">, memoryMbMax: number, cause: unknown): ReeveError {
  const agent = `agent '${task.agent}'`;
  const { name, message, code } = toStepError(cause, task.facts);
  if (code === OUT_OF_MEMORY) {
    return new ReeveError(
      "worker-exited",
      `${agent}: its thread used more than ${memoryMbMax} MB of memory and was ended`,
      {
        cause,
        hint: "work on less at once, or raise `memoryMbMax`",
      },
    );
  }
  if (name === "DataCloneError") {
    return new ReeveError("worker-failed", `${agent}: its input can't be handed to a thread: ${message}`, {
      cause,
      hint: "hand on plain values, without functions, symbols or promises",
    });
  }
  return new ReeveError(
    "worker-exited",
    `${agent}: its thread ended before it had a result: ${name}: ${message}`,
    {
      cause,
      hint: "look at the module for code that ends the thread or crashes it; a heap limit too small to start does too",
    },
  );
}
