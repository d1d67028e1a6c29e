/** Finds the configuration: the file named, else the nearest one upward from where the command was called. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { configurationError } from "../command-line/command-error.ts";

export const CONFIG_NAMES = ["reeve.config.ts", "reeve.config.mts", "reeve.config.js"] as const;

/** @throws CommandError when there is none. */
export function findConfig(folder: string, named: string | undefined): string {
  if (named !== undefined) {
    const file = resolve(folder, named);
    if (existsSync(file)) return file;
    throw configurationError(`there is no file ${file}`, "name the configuration with --config FILE");
  }
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
