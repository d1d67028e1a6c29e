/** Commands and their output as text for messages: nothing in them can pretend to be a line of its own or an escape. */

const COMMAND_LENGTH_MAX = 500;
const TAIL_LINES_MAX = 10;
const TAIL_LENGTH_MAX = 2_000;

const PLAIN_ARGUMENT = /^[\w@%+=:,./-]+$/;
/** Controls, separators, zero-width and direction marks: what a terminal or a reader would act on or not see. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The command with each argument quoted where it needs to be, cut at 500 characters. */
export function commandText(command: string, args: readonly string[]): string {
  const words = [command, ...args].map((word) =>
    PLAIN_ARGUMENT.test(word) ? word : escapeInvisible(JSON.stringify(word)),
  );
  const text = words.join(" ");
  return text.length > COMMAND_LENGTH_MAX ? `${text.slice(0, COMMAND_LENGTH_MAX - 1)}…` : text;
}

/** The last lines of an output, at most 10 and 2,000 characters, indented; undefined when there is nothing in it. */
export function tailText(output: string): string | undefined {
  const lines = output
    .slice(-TAIL_LENGTH_MAX)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .slice(-TAIL_LINES_MAX);
  return lines.length === 0
    ? undefined
    : lines.map((line) => `  ${escapeInvisible(line.trimEnd())}`).join("\n");
}

function escapeInvisible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    if (character === "\t") return character;
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
