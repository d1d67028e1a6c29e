/** The help texts: examples first, because most readers look for the line to copy. */
import type { OutputStream } from "../output/terminal.ts";
import { padTo, widthOf } from "../output/text-width.ts";
import { wrapWords } from "../output/wrap-words.ts";
import { COMMON_OPTIONS, type Command, type CommandOption } from "./command.ts";
import { EXIT_MEANINGS } from "./exit-codes.ts";

const EXAMPLES: readonly (readonly [string, string])[] = [
  ["reeve init", "write a small example to start from"],
  [`reeve run greet --input '{"names":["Ada"]}'`, "start a run and watch it"],
  ["reeve runs", "what runs there are"],
  ["reeve show RUN", "how one went, step by step"],
];

type Window = Pick<OutputStream, "paint" | "isLive" | "columns">;

/** `reeve --help`. */
export function generalHelp(commands: readonly Command[], stream: Window): string {
  const { paint } = stream;
  const columns = inColumns(stream);
  return [
    ...columns(EXAMPLES),
    "",
    "usage: reeve COMMAND [options]",
    "",
    paint("bold", "commands"),
    ...columns(commands.map(({ name, words, summary }) => [[name, ...words].join(" "), summary])),
    "",
    "reeve COMMAND --help says more about one of them.",
    "Colours: NO_COLOR=1 switches them off, FORCE_COLOR=1 on.",
    "",
    paint("bold", "exit codes"),
    ...columns(EXIT_MEANINGS.map(([code, meaning]) => [String(code).padStart(3), meaning])),
  ].join("\n");
}

/** `reeve COMMAND --help`. */
export function commandHelp(command: Command, stream: Window): string {
  const { paint } = stream;
  const columns = inColumns(stream);
  const { name, summary, words, examples } = command;
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  return [
    ...columns(examples),
    "",
    `usage: reeve ${[name, ...words].join(" ")} [options]`,
    "",
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    "",
    paint("bold", "options"),
    ...columns(options.map(([option, about]) => [optionText(option, about), about.summary])),
  ].join("\n");
}

function optionText(name: string, { short, kind, value }: CommandOption): string {
  const shortText = short === undefined ? "    " : `-${short}, `;
  return `${shortText}--${name}${kind === "flag" ? "" : ` ${value ?? "VALUE"}`}`;
}

type Rows = readonly (readonly [left: string, right: string])[];

/** Two columns, or one below the other where the window is too narrow for both. */
function inColumns({ isLive, columns }: Window): (rows: Rows) => string[] {
  const available = isLive ? columns : Infinity;
  return (rows) => {
    const width = Math.max(...rows.map(([left]) => widthOf(left)));
    const lines = rows.map(([left, right]) => `  ${padTo(left, width)}  ${right}`);
    if (!lines.some((line) => widthOf(line) > available)) return lines;
    return rows.flatMap(([left, right]) => [
      ...wrapWords(left, available - 2).map((line) => `  ${line}`),
      ...wrapWords(right, available - 6).map((line) => `      ${line}`),
    ]);
  };
}
