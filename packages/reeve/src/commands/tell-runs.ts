/** `--log`: what runs do, and what goes wrong beside them, as lines on standard error. */
import type { Runtime, RuntimeOptions } from "@reeve/core";
import type { Call } from "../command-line/command.ts";
import { oneOf } from "../command-line/one-of.ts";
import { followLog } from "../output/follow-log.ts";
import { jsonLogLine, prettyLogLine, type LogLine } from "../output/log-line.ts";
import type { OutputStream } from "../output/terminal.ts";

export type LogForm = "json" | "pretty";

const WARNING = "warning: ";

/** Undefined where nothing is asked for. @throws CommandError */
export function logFormOf({ given }: Call): LogForm | undefined {
  const form = given.text("log");
  return form === undefined ? undefined : oneOf<LogForm>("--log", form, ["json", "pretty"]);
}

/** The call with everything that goes to standard error as lines of JSON, so that a collector can read all of it. */
export function withJsonErrors(call: Call): Call {
  const { err } = call.terminal;
  const line = (text = ""): void => {
    const isWarning = text.startsWith(WARNING);
    const message = isWarning ? text.slice(WARNING.length) : text;
    err.line(jsonLogLine({ at: Date.now(), level: isWarning ? "warn" : "info", message }));
  };
  const plain: OutputStream = {
    paint: (_, text) => text,
    isLive: false,
    columns: Infinity,
    rows: Infinity,
    write: (text) => line(text.trimEnd()),
    line,
    divert: (above) => err.divert(above),
    onResize: (resized) => err.onResize(resized),
  };
  return { ...call, terminal: { ...call.terminal, err: plain } };
}

/**
 * Until the signal is aborted.
 * @param failed is told what keeps it from going on
 */
export async function tellRuns(
  { terminal: { err } }: Call,
  runtime: Pick<Runtime, "engine">,
  form: LogForm,
  signal: AbortSignal,
  failed: NonNullable<RuntimeOptions["report"]>,
): Promise<void> {
  const write = (line: LogLine): void =>
    err.line(form === "json" ? jsonLogLine(line) : prettyLogLine(line, err.paint));
  try {
    await followLog(runtime, write, signal);
  } catch (error) {
    failed({ what: "what runs do is not told any more", error });
  }
}
