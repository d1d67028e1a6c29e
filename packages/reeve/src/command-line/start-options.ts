/** The options of commands that start a run from outside: its input, its id, when it begins, its context. */
import type { StartOptions } from "@reeve/core";
import type { Call, Command } from "./command.ts";
import { usageError } from "./command-error.ts";
import { parseDuration } from "./parse-duration.ts";
import { parseTime } from "./parse-time.ts";
import { CONTEXT_OPTIONS } from "./read-context.ts";

export const START_OPTIONS: Command["options"] = {
  input: { kind: "text", value: "JSON|@FILE|-", short: "i", summary: "the run's input" },
  id: { kind: "text", value: "ID", summary: "the run's id (default: a new one)" },
  delay: { kind: "text", value: "TIME", summary: "begin after so long, such as 30s, 10m, 1h30m or 2d" },
  at: {
    kind: "text",
    value: "TIME",
    summary: "begin then: 2031-04-05T03:00 (time of this machine), …T03:00Z or …T03:00+02:00",
  },
  ...CONTEXT_OPTIONS,
};

/** Its id and when it is to begin. @throws CommandError */
export function startOptions({ given }: Call): Pick<StartOptions, "id" | "delayMs" | "runAt"> {
  const id = given.text("id");
  const delay = given.text("delay");
  const at = given.text("at");
  if (delay !== undefined && at !== undefined) {
    throw usageError("--delay and --at exclude each other", "say how long to wait, or until when");
  }
  return {
    ...(id !== undefined && { id }),
    ...(delay !== undefined && { delayMs: parseDuration("--delay", delay) }),
    ...(at !== undefined && { runAt: parseTime("--at", at, Date.now()) }),
  };
}
