/** Loads the configuration as it is: a module whose default export is what `createRuntime` takes. */
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Engine, Pattern, RuntimeOptions } from "@reeve/core";
import { configurationError } from "../command-line/command-error.ts";

const SHAPE = 'export default { patterns: [ … ], engine: sqliteEngine("reeve.db") }';

/**
 * Loads the module and moves the process to its folder, so that relative paths in it (the log's file above all) mean
 * the same wherever the command is called.
 * @throws CommandError when it can't be loaded or has another shape.
 */
export async function loadConfig(file: string): Promise<RuntimeOptions> {
  process.chdir(dirname(file));
  const loaded = await importModule(file);
  const options = isObject(loaded) ? loaded["default"] : undefined;
  if (options === undefined) throw configurationError(`${file} has no default export`, SHAPE);
  const problem = whatIsWrong(options);
  if (problem !== undefined) throw configurationError(`${file}: ${problem}`, SHAPE);
  if (isRuntimeOptions(options)) return options;
  throw configurationError(`${file}: its default export is not what createRuntime takes`, SHAPE);
}

async function importModule(file: string): Promise<unknown> {
  try {
    const loaded: unknown = await import(pathToFileURL(file).href);
    return loaded;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw configurationError(`${file} can't be loaded: ${message}`, hintFor(error), error);
  }
}

function hintFor(error: unknown): string {
  // A pattern or an agent that is wrong says itself what helps.
  if (isObject(error) && error["name"] === "ReeveError" && typeof error["hint"] === "string")
    return error["hint"];
  const code = isObject(error) ? error["code"] : undefined;
  if (code === "ERR_MODULE_NOT_FOUND")
    return "install what it imports; relative imports name the file with its ending, such as ./work.ts";
  if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX" || code === "ERR_INVALID_TYPESCRIPT_SYNTAX") {
    return "Node strips types only: no enums, namespaces or parameter properties";
  }
  return "run it with `node FILE` to see the whole error, or add --debug";
}

function whatIsWrong(options: unknown): string | undefined {
  if (!isObject(options)) return "its default export is not an object";
  if (!Array.isArray(options["patterns"])) return "`patterns` is not a list";
  if (!options["patterns"].every(isPattern)) return "`patterns` holds something that is no pattern";
  if (!isEngine(options["engine"])) return "`engine` is no engine";
  return undefined;
}

/** createRuntime itself checks the values of the other options. */
function isRuntimeOptions(options: unknown): options is RuntimeOptions {
  return whatIsWrong(options) === undefined;
}

function isPattern(value: unknown): value is Pattern {
  return isObject(value) && typeof value["name"] === "string" && typeof value["kind"] === "string";
}

function isEngine(value: unknown): value is Engine {
  return isObject(value) && typeof value["open"] === "function" && typeof value["start"] === "function";
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null;
}
