/** Which file a command about a log as a file means: the one named, else that of the configured engine. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Call, Command } from "../command-line/command.ts";
import { configurationError, usageError } from "../command-line/command-error.ts";
import { findConfig } from "./find-config.ts";
import { loadConfig } from "./load-config.ts";
import { fileOf } from "./open-runtime.ts";

export const LOG_OPTION: Command["options"] = {
  log: { kind: "text", value: "FILE", summary: "the log (default: that of the configuration)" },
};

/**
 * The absolute path of the log; it may not exist. The configuration is loaded only where no file is named.
 * @throws CommandError when the configured engine keeps its log elsewhere, or a folder is named
 */
export async function logFile(call: Call, named: string | undefined): Promise<string> {
  if (named !== undefined && named !== "") return noFolder(resolve(call.folder, named));
  const { engine } = await loadConfig(findConfig(call));
  const file = fileOf(engine);
  if (file !== undefined) return file;
  throw configurationError(
    "the configured engine keeps its log in no file",
    'use engine: sqliteEngine("reeve.db"), or name the file of the log',
  );
}

/** SQLite says of a folder that the disk fails. @throws CommandError */
export function noFolder(file: string): string {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() !== true) return file;
  throw usageError(`${file} is a folder`, "name the file of a log in it");
}
