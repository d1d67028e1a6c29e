/**
 * Where the command writes: answers to standard output, everything else to standard error, so that answers can be
 * piped. Owns the decision about colours; a live display may take over the lines of one stream for a while.
 */
import { styleText } from "node:util";
import { ACTED_ON } from "./safe-text.ts";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";
export type Paint = (style: Style, text: string) => string;

/** What of the environment decides how to write. */
export interface Environment {
  readonly [name: string]: string | undefined;
}

export interface OutputStream {
  readonly paint: Paint;
  /** Whether a display that redraws itself works here. */
  readonly isLive: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Writes as it is. */
  write(text: string): void;
  /** Writes a line, above the live display if there is one. */
  line(text?: string): void;
  /** Lets `above` write lines instead, until the function returned is called. */
  divert(above: (text: string) => void): () => void;
  onResize(resized: () => void): () => void;
}

export interface Terminal {
  readonly out: OutputStream;
  readonly err: OutputStream;
}

const COLUMNS_DEFAULT = 80;
const ROWS_DEFAULT = 24;

/** The terminal of this process. */
export function openTerminal(environment: Environment): Terminal {
  return { out: outputStream(process.stdout, environment), err: outputStream(process.stderr, environment) };
}

/** Wraps a stream of the process, or one that stands for it. */
export function outputStream(stream: NodeJS.WriteStream, environment: Environment): OutputStream {
  const isDumb = environment["TERM"] === "dumb";
  const paint: Paint = hasColours(stream, environment)
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_, text) => text;
  let diverted: ((text: string) => void) | undefined;
  return {
    paint,
    isLive: stream.isTTY && !isDumb && !environment["CI"],
    get columns() {
      return stream.columns > 0 ? stream.columns : COLUMNS_DEFAULT;
    },
    get rows() {
      return stream.rows > 0 ? stream.rows : ROWS_DEFAULT;
    },
    write: (text) => void stream.write(text),
    line: (text = "") => {
      const harmless = onlyColours(text);
      if (diverted) diverted(harmless);
      else stream.write(`${harmless}\n`);
    },
    divert: (above) => {
      diverted = above;
      return () => (diverted = undefined);
    },
    onResize: (resized) => {
      stream.on("resize", resized);
      return () => stream.off("resize", resized);
    },
  };
}

/**
 * The last guard: what a command forgot to make safe can colour, and nothing else. Commands make the texts of runs safe
 * themselves (safe-text.ts), since here a line break of theirs can't be told from one of the command's.
 */
function onlyColours(text: string): string {
  return text.replace(ACTING, "�");
}

const ACTING = new RegExp(`\u001b(?!\\[[\\d;]*m)|[\u0000-\u0009\u000b-\u001a\u001c-\u001f${ACTED_ON}]`, "g");

/** As Node does it: FORCE_COLOR asks for colours, NO_COLOR forbids them, else a terminal has them. */
function hasColours(stream: NodeJS.WriteStream, environment: Environment): boolean {
  const force = environment["FORCE_COLOR"];
  if (force !== undefined) return force !== "0" && force !== "false";
  if (environment["NO_COLOR"]) return false;
  return stream.isTTY && environment["TERM"] !== "dumb";
}
