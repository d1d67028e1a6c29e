/**
 * Settings that are given outside of the configuration: by `--set NAME=VALUE`, else by a variable of the environment,
 * else by the configuration's file. Owns their names and how their text is read; what values are allowed is the
 * library's to say.
 */
import { closestName, type RuntimeOptions } from "@reeve/core";
import { SERVER_VARIABLE, TOKEN_VARIABLE } from "../access/server-of.ts";
import type { Call } from "../command-line/command.ts";
import { CommandError, configurationError, usageError } from "../command-line/command-error.ts";
import { CONFIG_VARIABLE } from "./find-config.ts";
import { parseDuration } from "../command-line/parse-duration.ts";

/** A setting that was given outside, as the runtime takes it. */
export interface OutsideSetting {
  readonly name: SettingName;
  readonly value: number | string | readonly string[];
  /** Where it was given, such as `--set drainMs` or `REEVE_DRAIN_MS`. */
  readonly place: string;
}

interface Kind {
  /** What the value is, for messages. */
  readonly means: string;
  read(text: string): OutsideSetting["value"] | undefined;
}

const milliseconds: Kind = {
  means: "milliseconds, or a number with its unit, such as 30s, 10m or 2d",
  read: (text) => (isNumber(text) ? Number(text) : durationIn(text)),
};
const count: Kind = {
  means: "a number",
  read: (text) => (isNumber(text) ? Number(text) : undefined),
};
const text: Kind = { means: "text", read: (given) => (given === "" ? undefined : given) };
const list: Kind = {
  means: "names separated by commas",
  read: (given) => given.split(",").flatMap((each) => each.trim() || []),
};

export type SettingName =
  | "drainMs"
  | "graceMs"
  | "recoveriesMax"
  | "retention.afterMs"
  | "retention.archive"
  | "grants"
  | "secretKey"
  | "preset";

const SETTINGS: { readonly [name in SettingName]: Kind } = {
  drainMs: milliseconds,
  graceMs: milliseconds,
  recoveriesMax: count,
  "retention.afterMs": milliseconds,
  "retention.archive": text,
  grants: list,
  secretKey: text,
  preset: text,
};

const NAMES = Object.keys(SETTINGS).filter(isSettingName);
/** Its value must not stand where other users of the machine can read it. */
const SECRET: SettingName = "secretKey";
const VARIABLES = new Map(NAMES.map((name) => [variableOf(name), name]));

/** The variable that gives a setting: `retention.afterMs` is REEVE_RETENTION_AFTER_MS, `secretKey` is REEVE_KEY. */
function variableOf(name: SettingName): string {
  if (name === SECRET) return "REEVE_KEY";
  return `REEVE_${name.replaceAll(".", "_").replace(/[A-Z]/g, "_$&").toUpperCase()}`;
}

/**
 * What is given on the command line and in the environment, each setting once: the command line wins.
 * @throws CommandError for an unknown name, or text that is no such value
 */
export function outsideSettings({ given, environment }: Call): readonly OutsideSetting[] {
  const found = new Map<SettingName, OutsideSetting>();
  for (const [variable, name] of VARIABLES) {
    const value = environment[variable];
    if (value !== undefined) found.set(name, readSetting(name, value, variable, configurationError));
  }
  for (const pair of given.list("set")) {
    const [name, value] = readPair(pair);
    found.set(name, readSetting(name, value, `--set ${name}`, usageError));
  }
  return [...found.values()];
}

/** Variables that look like settings and are none, each with the one that was probably meant. */
export function unknownVariables(
  environment: Call["environment"],
): readonly (readonly [variable: string, close: string | undefined])[] {
  const known = [...VARIABLES.keys(), CONFIG_VARIABLE, SERVER_VARIABLE, TOKEN_VARIABLE];
  return Object.keys(environment)
    .filter((variable) => variable.startsWith("REEVE_") && !known.includes(variable))
    .toSorted()
    .map((variable) => [variable, closestName(variable, known)] as const);
}

/** The options with what is given outside in place of what the file says. */
export function withOutside(options: RuntimeOptions, settings: readonly OutsideSetting[]): RuntimeOptions {
  let merged: RuntimeOptions = options;
  for (const { name, value } of settings) {
    const [outer = name, inner] = name.split(".");
    const before: unknown = Reflect.get(merged, outer);
    const group = typeof before === "object" && before !== null ? before : {};
    merged = { ...merged, [outer]: inner === undefined ? value : { ...group, [inner]: value } };
  }
  return merged;
}

function readPair(pair: string): readonly [SettingName, string] {
  const [name = "", ...rest] = pair.split("=");
  if (rest.length === 0)
    throw usageError(`--set is '${pair}'`, "write --set NAME=VALUE, such as --set drainMs=30s");
  if (!isSettingName(name)) {
    const close = closestName(name, NAMES);
    throw usageError(
      `there is no setting '${name}'`,
      close === undefined ? `settings are ${NAMES.join(", ")}` : `did you mean '${close}'?`,
    );
  }
  if (name === SECRET)
    throw usageError(
      "the secret key can't be given on the command line, where every user of the machine can read it",
      `set the variable ${variableOf(SECRET)}`,
    );
  return [name, rest.join("=")];
}

function readSetting(
  name: SettingName,
  given: string,
  place: string,
  refuse: (message: string, hint: string) => CommandError,
): OutsideSetting {
  const { means, read } = SETTINGS[name];
  const value = read(given.trim());
  if (value !== undefined) return { name, value, place };
  throw refuse(`${place} is '${name === SECRET ? "" : given}'`, `give ${means}`);
}

function durationIn(given: string): number | undefined {
  try {
    return parseDuration("", given);
  } catch (error) {
    // ignore: the message of this module names the place
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

function isNumber(given: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(given);
}

function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}
