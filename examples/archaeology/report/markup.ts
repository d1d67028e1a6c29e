/**
 * Owns the only way to make HTML and SVG in this report: a template that escapes every text put into it. Markup is
 * recognised by a symbol, so no value read from JSON can pass for it.
 */
import { escapeText } from "./escape.ts";

const made: unique symbol = Symbol("markup");

/** Finished HTML or SVG. */
export interface Markup {
  readonly [made]: string;
}

/** What a template takes: texts are escaped, numbers rounded to a tenth (they are coordinates), `undefined` vanishes. */
export type Content = Markup | string | number | undefined | readonly Content[];

/** Makes markup from a template; the literal parts are trusted, all that is put in is not. */
export function markup(literals: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  let text = literals[0] ?? "";
  for (const [index, content] of contents.entries()) text += show(content) + (literals[index + 1] ?? "");
  return { [made]: text };
}

/** Marks a text written in this folder (a style sheet) as markup. Never call it with text of the studied folder. */
export function trusted(text: string): Markup {
  return { [made]: text };
}

/** The finished text of markup. */
export function toText(content: Markup): string {
  return content[made];
}

function show(content: Content): string {
  if (content === undefined) return "";
  if (typeof content === "string") return escapeText(content);
  if (typeof content === "number")
    return Number.isFinite(content) ? String(Math.round(content * 10) / 10) : "0";
  if (isMarkup(content)) return content[made];
  return content.map(show).join("");
}

function isMarkup(content: Markup | readonly Content[]): content is Markup {
  return made in content;
}
