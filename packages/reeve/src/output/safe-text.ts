/**
 * Text from runs (names, notes, errors, log lines) made safe to print: no escape sequence of it reaches the terminal,
 * and it stays on one line.
 */
import { stripVTControlCharacters } from "node:util";

/** Control characters of both blocks, line separators, and marks that reverse the direction of what follows. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** One line of harmless text. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\s*[\r\n\u2028\u2029]+\s*/g, " ")
    .replace(/\t/g, " ")
    .replace(UNSAFE, "�");
}

/** Harmless text whose lines stay lines, such as a stack. */
export function safeLines(text: string): string[] {
  return text.split(/\r\n|\r|\n/).map(oneLine);
}

/** At most `lengthMax` characters, with a sign that there was more. */
export function shorten(text: string, lengthMax: number): string {
  const characters = Array.from(text);
  return characters.length <= lengthMax
    ? text
    : `${characters.slice(0, Math.max(0, lengthMax - 1)).join("")}…`;
}
