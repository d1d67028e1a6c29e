/**
 * Text from runs (names, notes, errors, log lines) made safe to print: no escape sequence of it reaches the terminal,
 * and it stays on one line.
 */
import { stripVTControlCharacters } from "node:util";

/**
 * As a part of a regular expression: what terminals and readers may act on beside the control characters of ASCII. Those
 * of the second block, line separators, marks that change the direction of what follows, and what takes no room, so that
 * two names look alike; but not the joiners, which some scripts and emoji need.
 */
export const ACTED_ON =
  "\\u007f-\\u009f\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb";
const UNSAFE = new RegExp(`[\\u0000-\\u001f${ACTED_ON}]`, "g");

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
