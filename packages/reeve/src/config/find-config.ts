/** Finds the configuration: the file named, else the nearest one upward from where the command was called. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Call } from "../command-line/command.ts";
import { configurationError } from "../command-line/command-error.ts";
import { whyUntrusted } from "./why-untrusted.ts";

export const CONFIG_NAMES = ["reeve.config.ts", "reeve.config.mts", "reeve.config.js"] as const;
export const CONFIG_VARIABLE = "REEVE_CONFIG";

/**
 * The file that `--config` names, else the variable REEVE_CONFIG, else the nearest one upward. It is code that runs with
 * the rights of whoever calls the command, so one that nobody named has to be his own.
 * @throws CommandError when there is none, or it may be another user's
 */
export function findConfig({ folder, given, environment }: Call): string {
  const named = given.text("config") ?? environment[CONFIG_VARIABLE];
  if (named === undefined) return checked(nearest(folder), environment);
  const file = resolve(folder, named);
  if (existsSync(file)) return file;
  throw configurationError(`there is no file ${file}`, "name the configuration with --config FILE");
}

function nearest(folder: string): string {
  for (let here = resolve(folder); ; here = dirname(here)) {
    for (const name of CONFIG_NAMES) {
      const file = join(here, name);
      if (existsSync(file)) return file;
    }
    if (dirname(here) === here) break;
  }
  throw configurationError(
    `there is no reeve.config.ts in ${folder} or above it`,
    "write one with `reeve init`, or name it with --config FILE",
  );
}

function checked(file: string, environment: Call["environment"]): string {
  const why = whyUntrusted(file, environment);
  if (why === undefined) return file;
  throw configurationError(
    `${file} is not run: ${why}`,
    `it is code that would run as you; if you trust it, name it: --config ${file}`,
  );
}
