/** Reads a JSON value from the command line: given there, in a file (`@file`), or on standard input (`-`). */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { usageError } from "./command-error.ts";

const EXCERPT_CHARACTERS = 30;

/**
 * @param option the option's name, for messages.
 * @returns undefined when nothing was given.
 * @throws CommandError for a file that can't be read and for text that is not JSON, saying where.
 */
export async function readValue(option: string, given: string | undefined, folder: string): Promise<unknown> {
  if (given === undefined) return undefined;
  if (given === "-") return parse(await text(process.stdin), `${option} - (standard input)`);
  if (given.startsWith("@")) {
    const file = resolve(folder, given.slice(1));
    return parse(readText(option, file), `${option} ${given}`);
  }
  return parse(given, option);
}

function readText(option: string, file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/^\ufeff/, "");
  } catch (error) {
    if (isMissing(error))
      throw usageError(
        `${option}: there is no file ${file}`,
        "@ is followed by the name of a file with JSON in it",
      );
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError(
      `${option}: ${file} can't be read: ${reason}`,
      "@ is followed by the name of a file with JSON in it",
    );
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function parse(json: string, what: string): unknown {
  if (json.trim() === "")
    throw usageError(`${what} is empty`, `null is JSON for nothing; text needs quotes: '"text"'`);
  try {
    const value: unknown = JSON.parse(json);
    return value;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw usageError(`${what} is not JSON: ${placeOf(message, json)}`, hintFor(json));
  }
}

/** The parser's message with line, column and the text around them. */
function placeOf(message: string, json: string): string {
  const position = /at position (\d+)/.exec(message)?.[1];
  // Of short texts the parser does not say where; one that stops too early is wrong at its end.
  if (position === undefined && !message.startsWith("Unexpected end")) {
    return `${message.replace(/, ".*$/s, "")} in: ${json.trim().replace(/\s+/g, " ")}`;
  }
  const at = position === undefined ? json.length : Number(position);
  const before = json.slice(0, at).split("\n");
  const reason = message.replace(/ (in JSON )?at position .*$/, "").replace(/, ".*$/s, "");
  const excerpt = json
    .slice(Math.max(0, at - EXCERPT_CHARACTERS), at + EXCERPT_CHARACTERS)
    .replace(/\s+/g, " ");
  return `${reason} at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}, near: ${excerpt}`;
}

function hintFor(json: string): string {
  if (/^[\w./-]+$/.test(json)) return `for a text write '"${json}"'; for a file write @${json}`;
  if (json.includes("'"))
    return 'JSON has double quotes; put single quotes around the whole: \'{"name":"Ada"}\'';
  return "the shell may have taken the quotes: put single quotes around the whole, or use @file or -";
}
