/**
 * Pieces of HTML. Invariant: text becomes part of a page through `html` only, which escapes whatever is not a piece itself;
 * what agents and users wrote is never markup, whatever stands in it.
 */

/** Made by `html` alone. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

type Part = Html | string | number | undefined | readonly Part[];

/** A piece of HTML; texts and numbers in it are escaped, lists are joined. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, index) => text + textOf(parts[index])).join(""));
}

function textOf(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.toString();
  if (typeof part === "object") return part.map(textOf).join("");
  return escaped(String(part));
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
  ["`", "&#96;"],
]);

/** Control characters, line separators, and marks that turn the direction of what follows. */
const HIDDEN = /[\p{Cc}\u061c\u2028\u2029\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(HIDDEN, (hidden) => (hidden === "\n" || hidden === "\t" ? hidden : "\ufffd"))
    .replace(/[&<>"'`]/g, (sign) => ESCAPES.get(sign) ?? "");
}
