/** What a command is: its words, its options, and what it does. */
import type { Environment, Terminal } from "../output/terminal.ts";

export interface CommandOption {
  /** "flag" takes no value; "list" may be given more than once. */
  readonly kind: "flag" | "text" | "list";
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly short?: string;
  readonly summary: string;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Words after the command's name, such as `RUN`; a name in brackets may be left out. */
  readonly words: readonly string[];
  readonly options: { readonly [name: string]: CommandOption };
  /** It works on files of this machine, so that no server can do it. */
  readonly needsFiles?: boolean;
  /** What a person would type, and what it does. Shown first. */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** @returns the exit code. */
  run(call: Call): Promise<number>;
}

/** One call of a command, its words and options parsed. */
export interface Call {
  readonly given: Given;
  readonly terminal: Terminal;
  readonly environment: Environment;
  /** Where the command was called; the process may move to the configuration's folder later. */
  readonly folder: string;
}

export interface Given {
  /** The word at this place; empty where it was left out. */
  word(index: number): string;
  text(option: string): string | undefined;
  list(option: string): readonly string[];
  flag(option: string): boolean;
}

/** Options that every command takes. */
export const COMMON_OPTIONS: Command["options"] = {
  help: { kind: "flag", short: "h", summary: "show this help" },
  debug: { kind: "flag", summary: "show the stack of errors" },
};

/** For commands that need the configuration. */
export const CONFIG_OPTION: Command["options"] = {
  config: {
    kind: "text",
    value: "FILE",
    short: "c",
    summary: "the configuration (default: the nearest reeve.config.ts, .mts or .js upward)",
  },
  set: {
    kind: "list",
    value: "NAME=VALUE",
    summary: "a setting for this call, such as drainMs=30s; see reeve config show",
  },
};

/** For commands that a server can carry out, too. */
export const ACCESS_OPTIONS: Command["options"] = {
  ...CONFIG_OPTION,
  server: {
    kind: "text",
    value: "URL",
    summary: "have a server (reeve up) do it; its token is in REEVE_TOKEN (default: REEVE_SERVER)",
  },
  "token-file": { kind: "text", value: "FILE", summary: "the server's token is in this file" },
  insecure: { kind: "flag", summary: "send the token over a network without encryption" },
};

export const JSON_OPTION: Command["options"] = {
  json: { kind: "flag", summary: "print JSON for programs" },
};
