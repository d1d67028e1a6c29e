/**
 * The thread's side of an attempt: loads the module, calls its function, and sends over the attempt's own port what
 * happens. It knows nothing of retries or limits; the host may end the thread at any moment.
 */
import { deepFreeze } from "../delegation/context.ts";
import { Changed } from "../delegation/changed.ts";
import { changeContext } from "../delegation/context-change.ts";
import { fromStepError, isRetryable, toStepError } from "../delegation/failure.ts";
import { systemClock } from "../clock.ts";
import { pack, unpack } from "./crossing.ts";
import type { WorkerContext } from "./worker-agent.ts";
import type { FromThread, ThreadOutcome, ThreadTask, ToThread } from "./worker-message.ts";

/** A loop that beats without pause would drown its host in messages. */
const HEARTBEAT_GAP_MS = 10;

type Send = (message: FromThread) => void;
type WorkerFunction = (input: unknown, ctx: WorkerContext) => unknown;

const clock = systemClock();

/** Called by the pool, once for each attempt. */
export async function attempt(task: ThreadTask): Promise<void> {
  const { port } = task;
  const stop = new AbortController();
  const send: Send = (message) => port.postMessage(message);
  const onExit = (code: number): void => send({ kind: "exiting", code });
  const onUncaught = (thrown: unknown): void => send(failedWith(thrown, task));
  process.on("exit", onExit);
  process.on("uncaughtExceptionMonitor", onUncaught);
  port.on("message", (message: ToThread) => stop.abort(fromStepError(message.reason)));
  send({ kind: "started" });
  try {
    sendOutcome(task, send, await outcomeOf(task, contextOf(task, send, stop.signal)));
  } finally {
    process.off("exit", onExit);
    process.off("uncaughtExceptionMonitor", onUncaught);
    port.close();
  }
}

async function outcomeOf(task: ThreadTask, ctx: WorkerContext): Promise<ThreadOutcome> {
  const found = await load(task);
  if ("kind" in found) return found;
  try {
    const returned = await found.run(unpack(task.input), ctx);
    if (!(returned instanceof Changed)) return { kind: "returned", output: pack(returned, "output") };
    return { kind: "returned", output: pack(returned.output, "output"), change: returned.change };
  } catch (thrown) {
    return failedWith(thrown, task);
  }
}

/** The class of what was thrown does not leave the thread; whether it is worth a retry is told beside it. */
function failedWith(thrown: unknown, { facts }: ThreadTask): ThreadOutcome {
  return { kind: "failed", error: toStepError(thrown, facts), retryable: isRetryable(thrown) };
}

async function load(task: ThreadTask): Promise<{ readonly run: WorkerFunction } | ThreadOutcome> {
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = (await import(task.module)) as Readonly<Record<string, unknown>>;
  } catch (thrown) {
    const { name, message } = toStepError(thrown, task.facts);
    return refused(
      `agent '${task.agent}': the module ${task.module} (export '${task.exportName}') can't be loaded: ${name}: ${message}`,
      'check the path; a relative one needs `new URL("./file.ts", import.meta.url)`',
    );
  }
  const run = exported[task.exportName];
  if (typeof run === "function") return { run: run as WorkerFunction };
  const functions = Object.keys(exported).filter((name) => typeof exported[name] === "function");
  const missing =
    run === undefined ? `has no export '${task.exportName}'` : `'${task.exportName}' is no function`;
  return refused(
    `agent '${task.agent}': the module ${task.module}: ${missing}`,
    functions.length > 0 ? `it exports the functions ${functions.join(", ")}` : "it exports no function",
  );
}

/** Not everything can leave a thread: functions and promises in an output can't. */
function sendOutcome(task: ThreadTask, send: Send, outcome: ThreadOutcome): void {
  try {
    send(outcome);
  } catch (error) {
    const { message } = toStepError(error, task.facts);
    send(
      refused(
        `agent '${task.agent}': what '${task.exportName}' returned can't leave its thread: ${message}`,
        "return plain values, without functions, symbols or promises",
      ),
    );
  }
}

function refused(message: string, hint: string): ThreadOutcome {
  return { kind: "refused", code: "worker-failed", message, hint };
}

function contextOf(task: ThreadTask, send: Send, signal: AbortSignal): WorkerContext {
  let beatAt = -Infinity;
  const log =
    (level: "debug" | "info" | "warn" | "error") =>
    (message: string): void =>
      send({ kind: "log", level, message });
  const context = deepFreeze(task.context);
  return {
    ...task.facts,
    signal,
    context,
    with: (change, output) => {
      changeContext(context, change);
      return new Changed(change, output);
    },
    log: { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") },
    usage: (used) => send({ kind: "usage", used }),
    progress: (fraction, note) =>
      send({ kind: "progress", fraction, ...(note === undefined ? {} : { note }) }),
    heartbeat: () => {
      const at = clock.monotonic();
      if (at - beatAt < HEARTBEAT_GAP_MS) return;
      beatAt = at;
      send({ kind: "heartbeat" });
    },
  };
}
