/** Reads the words and options of a call against what its command takes. */
import { parseArgs } from "node:util";
import { closestName } from "@reeve/core";
import { refuseServerOption } from "../access/refuse-server.ts";
import { COMMON_OPTIONS, type Command, type Given } from "./command.ts";
import { usageError } from "./command-error.ts";

/** @throws CommandError for unknown options, missing or surplus words and missing values. */
export function parseCall(command: Command, args: readonly string[]): Given {
  const known = { ...command.options, ...COMMON_OPTIONS };
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(known).map(([name, option]) => [
        name,
        {
          type: option.kind === "flag" ? ("boolean" as const) : ("string" as const),
          multiple: option.kind === "list",
          ...(option.short === undefined ? {} : { short: option.short }),
        },
      ]),
    ),
  });
  for (const token of tokens) {
    if (token.kind === "option") checkOption(command, known, token);
  }
  if (values["help"] !== true) checkWords(command, positionals);
  return {
    word: (index) => positionals[index] ?? "",
    text: (option) => {
      const value = values[option];
      return typeof value === "string" ? value : undefined;
    },
    list: (option) => {
      const value = values[option];
      return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
    },
    flag: (option) => values[option] === true,
  };
}

interface GivenOption {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function checkOption(
  command: Command,
  known: Command["options"],
  { name, rawName, value, inlineValue }: GivenOption,
): void {
  const option = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!option) {
    refuseServerOption(command, name);
    if (name === "log" && "config" in known) {
      throw usageError(
        `reeve ${command.name} has no option --log: it works on the log of the configuration`,
        "for another log, name it in a configuration, and give that one: --config FILE",
      );
    }
    const close = closestName(name, Object.keys(known));
    throw usageError(
      `reeve ${command.name} has no option ${rawName}`,
      close === undefined ? `see reeve ${command.name} --help` : `did you mean --${close}?`,
    );
  }
  if (option.kind === "flag" && value !== undefined) throw usageError(`${rawName} takes no value`);
  // `--input --json` is a forgotten value; `--input=--json` is one that begins like an option.
  const isForgotten = value === undefined || (inlineValue === false && /^-./.test(value));
  if (option.kind !== "flag" && isForgotten) {
    throw usageError(
      `${rawName} needs a value: ${rawName} ${option.value ?? "VALUE"}`,
      value === undefined ? undefined : `if '${value}' is the value, write ${rawName}=${value}`,
    );
  }
}

function checkWords(command: Command, positionals: readonly string[]): void {
  const missing = command.words.find(
    (word, index) => !word.startsWith("[") && positionals[index] === undefined,
  );
  const usage = `usage: reeve ${[command.name, ...command.words].join(" ")}`;
  if (missing !== undefined)
    throw usageError(`${missing} is missing`, `${usage} (see reeve ${command.name} --help)`);
  const surplus = positionals[command.words.length];
  if (surplus !== undefined) throw usageError(`'${surplus}' is one word too many`, usage);
}
