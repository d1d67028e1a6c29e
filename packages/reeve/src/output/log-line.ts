/**
 * What the log's events say as lines for people and for collectors of logs. Secrets are in none of them: events hold
 * none.
 */
import { pathSpanId, type Event, type LogLevel } from "@reeve/core";
import { jsonText } from "./json-text.ts";
import { oneLine } from "./safe-text.ts";
import type { Paint, Style } from "./terminal.ts";

export interface LogLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly run?: string;
  readonly traceId?: string;
  readonly pattern?: string;
  /** The step's path. */
  readonly step?: string;
  readonly attempt?: number;
  readonly agent?: string;
  readonly code?: string;
}

type Said = Pick<LogLine, "level" | "message" | "pattern" | "agent" | "code">;

/** Undefined for what is not worth a line. */
export function logLineOf(event: Event, traceId: string): LogLine | undefined {
  if (event.copied) return undefined;
  const said = saidBy(event);
  if (!said) return undefined;
  const { at, run, path, attempt } = event;
  return {
    at,
    ...said,
    run,
    traceId,
    ...(path !== undefined && { step: path }),
    ...(attempt !== undefined && { attempt }),
  };
}

function saidBy(event: Event): Said | undefined {
  switch (event.kind) {
    case "run-started":
      return { level: "info", message: "run started", pattern: event.pattern };
    case "run-ended":
      return ending(event);
    case "step-logged":
      return { level: event.level, message: event.message };
    case "attempt-failed": {
      const { agent, error, retryInMs } = event;
      const then = retryInMs === undefined ? "" : `; tried again in ${Math.round(retryInMs)} ms`;
      return { level: "warn", message: `attempt failed: ${error.message}${then}`, agent, code: error.code };
    }
    case "attempt-lost":
      return { level: "warn", message: "attempt lost: its process ended", agent: event.agent };
    case "wait-started":
      return event.until === "signal" ? { level: "info", message: "waits for a signal" } : undefined;
    case "cancel-requested":
      return { level: "info", message: `cancel asked by ${event.by}: ${event.reason}` };
    case "run-stranded":
      return { level: "error", message: `run stranded: ${event.reason}` };
    default:
      return undefined;
  }
}

function ending({ outcome, pattern, durationMs }: Extract<Event, { readonly kind: "run-ended" }>): Said {
  const level = outcome.status === "completed" || outcome.status === "cancelled" ? "info" : "error";
  const ended = `run ${outcome.status} after ${Math.round(durationMs)} ms`;
  if (!("error" in outcome)) return { level, message: ended, pattern };
  return { level, message: `${ended}: ${outcome.error.message}`, pattern, code: outcome.error.code };
}

/** One object in one line; names of ids are those that OpenTelemetry's collectors look for. */
export function jsonLogLine({ at, level, message, run, traceId, step, ...more }: LogLine): string {
  return jsonText({
    time: new Date(at).toISOString(),
    level,
    message,
    ...(run !== undefined && { run }),
    ...(step !== undefined && { step }),
    ...more,
    ...(traceId !== undefined && { trace_id: traceId }),
    ...(run !== undefined && step !== undefined && { span_id: pathSpanId(run, "step", step) }),
  });
}

const STYLES: { readonly [level in LogLevel]: Style } = {
  debug: "dim",
  info: "cyan",
  warn: "yellow",
  error: "red",
};

/** For a terminal: the time of day, the level, where it was, and what. */
export function prettyLogLine({ at, level, message, run, step, pattern }: LogLine, paint: Paint): string {
  const time = new Date(at).toISOString().slice(11, 23);
  const place = [run, step ?? pattern].flatMap((part) => (part === undefined ? [] : oneLine(part))).join(" ");
  const where = place === "" ? "" : ` ${paint("dim", place)}`;
  return `${paint("dim", time)} ${paint(STYLES[level], level.padEnd(5))}${where} ${oneLine(message)}`;
}
