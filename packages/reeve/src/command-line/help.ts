/** The help texts: examples first, because most readers look for the line to copy. */
import { padTo } from "../output/text-width.ts";
import type { Paint } from "../output/terminal.ts";
import { COMMON_OPTIONS, type Command, type CommandOption } from "./command.ts";
import { EXIT_MEANINGS } from "./exit-codes.ts";

const EXAMPLES: readonly (readonly [string, string])[] = [
  ["reeve init", "write a small example to start from"],
  [`reeve run greet --input '{"name":"Ada"}'`, "start a run and watch it"],
  ["reeve runs", "what runs there are"],
  ["reeve show RUN", "how one went, step by step"],
];

/** `reeve --help`. */
export function generalHelp(commands: readonly Command[], paint: Paint): string {
  return [
    ...columns(EXAMPLES, "  "),
    "",
    "usage: reeve COMMAND [options]",
    "",
    paint("bold", "commands"),
    ...columns(
      commands.map(({ name, words, summary }) => [[name, ...words].join(" "), summary]),
      "  ",
    ),
    "",
    "reeve COMMAND --help says more about one of them.",
    "Colours: NO_COLOR=1 switches them off, FORCE_COLOR=1 on.",
    "",
    paint("bold", "exit codes"),
    ...columns(
      EXIT_MEANINGS.map(([code, meaning]) => [String(code).padStart(3), meaning]),
      "  ",
    ),
  ].join("\n");
}

/** `reeve COMMAND --help`. */
export function commandHelp(command: Command, paint: Paint): string {
  const { name, summary, words, examples } = command;
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  return [
    ...columns(examples, "  "),
    "",
    `usage: reeve ${[name, ...words].join(" ")} [options]`,
    "",
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    "",
    paint("bold", "options"),
    ...columns(
      options.map(([option, about]) => [optionText(option, about), about.summary]),
      "  ",
    ),
  ].join("\n");
}

function optionText(name: string, { short, kind, value }: CommandOption): string {
  const shortText = short === undefined ? "    " : `-${short}, `;
  return `${shortText}--${name}${kind === "flag" ? "" : ` ${value ?? "VALUE"}`}`;
}

function columns(rows: readonly (readonly [string, string])[], indent: string): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${indent}${padTo(left, width)}  ${right}`);
}
