/**
 * The server's thread: reads the log as a guest and answers; what is to be done it asks of the runtime's thread. A
 * runtime that does not answer is shown as blocked, and takes no page down.
 */
import { parentPort, workerData } from "node:worker_threads";
import { createRuntime, ReeveError, sqliteEngine, type CallerOptions } from "@reeve/core";
import { followLog } from "../board/follow-log.ts";
import { isQuestion, type RequestName } from "../commands/ask.ts";
import type { RuntimeState } from "../contract/health.ts";
import type { Report } from "../health/known.ts";
import { serve, type Serving } from "../http/serve.ts";
import { OwnerNews } from "./owner-news.ts";
import { isThreadStart, plainError, revivedError, type ToRuntime, type ToServer } from "./message.ts";

const port = parentPort;
const start: unknown = workerData;
if (!isThreadStart(start) || !port) throw new TypeError("this module is the entry of the server's thread");

/** A loop that turns says so twice a second. */
const BLOCKED_MS = 2_000;
const ACT_MS_MAX = 30_000;
const REPORTS_MAX = 100;

const { file, role, handed, readOnly, alertRules, options } = start;
const startedAt = Date.now();
const reports: Report[] = [];
const waiting = new Map<number, { resolve(output: unknown): void; reject(error: unknown): void }>();
let { described } = start;
let lastBeatAt = Date.now();
let isClosing = false;
let asked = 0;
let serving: Serving | undefined;

port.on("message", (message: ToServer) => take(message));

const runtime = await createRuntime({
  patterns: [],
  engine: sqliteEngine(file, { access: "guest" }),
  objectives: alertRules.objectives,
  alerts: { ...alertRules.limits, thresholds: alertRules.thresholds },
  report: ({ what, error }) => told(what, error),
});

// Who owns the log hands over what he knows; a guest of another process reads it.
const news = handed && new OwnerNews(runtime.engine, handed, () => say({ kind: "news" }));
const { feed, fresh } = news ?? followLog(runtime.engine);

try {
  serving = await serve(
    {
      runtime,
      feed,
      fresh,
      described: () => described,
      state,
      reports: () => reports,
      act,
      told,
    },
    options,
  );
  say({ kind: "listening", url: serving.url });
} catch (error) {
  await runtime.close();
  say({ kind: "failed", error: plainError(error) });
  port.close();
}

function say(message: ToRuntime): void {
  port?.postMessage(message);
}

function take(message: ToServer): void {
  lastBeatAt = Date.now();
  switch (message.kind) {
    case "beat":
      return;
    case "news":
      news?.take(message.handed);
      return;
    case "patterns":
      described = message.described;
      return;
    case "report":
      reports.push(message.report);
      if (reports.length > REPORTS_MAX) reports.shift();
      return;
    case "acted":
      settle(message.id)?.resolve(message.output);
      return;
    case "refused":
      settle(message.id)?.reject(revivedError(message.error));
      return;
    case "ticket":
      if (serving) say({ kind: "ticket", id: message.id, ticket: serving.issueTicket() });
      return;
    case "closing":
      isClosing = true;
      return;
    case "close":
      void close();
      return;
  }
}

function settle(id: number): ReturnType<typeof waiting.get> {
  const found = waiting.get(id);
  waiting.delete(id);
  return found;
}

function state(): RuntimeState {
  const silentMs = Date.now() - lastBeatAt;
  const isBlocked = silentMs > BLOCKED_MS;
  const calm = isClosing ? "closing" : readOnly ? "reading" : role === "guest" ? "guest" : "working";
  return {
    state: isBlocked ? "blocked" : calm,
    blockedMs: isBlocked ? silentMs : null,
    pid: process.pid,
    startedAt,
    readOnly,
  };
}

async function act(name: RequestName, input: unknown, caller: CallerOptions): Promise<unknown> {
  if (readOnly && !isQuestion(name)) {
    throw new ReeveError("server-read-only", `'${name}' was asked of a server that only shows`, {
      hint: "start reeve up without --read-only",
    });
  }
  const id = ++asked;
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  waiting.set(id, { resolve, reject });
  say({ kind: "act", id, name, input, caller });
  const timer = setTimeout(() => {
    waiting.delete(id);
    const error = `the runtime did not answer to '${name}' within ${ACT_MS_MAX / 1_000} s`;
    const hint = "it may still do so: look before asking again, or give an id or key that counts once";
    reject(new ReeveError("runtime-unavailable", error, { hint, retryable: true }));
  }, ACT_MS_MAX);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

function told(what: string, error: unknown): void {
  say({ kind: "told", what, message: error instanceof Error ? error.message : String(error) });
}

async function close(): Promise<void> {
  await serving?.close();
  await runtime.close();
  say({ kind: "closed" });
  port?.close();
}
