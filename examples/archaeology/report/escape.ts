/**
 * Owns making foreign text harmless: names, paths and comments of the studied folder may hold anything. Does not
 * decide how a path looks (see `path-text.ts`).
 *
 * Invariant: what `escapeText` returns is safe between tags and inside a quoted attribute, in HTML and in SVG, and
 * cannot reorder or hide the text around it.
 */

/** Text for an HTML or SVG text node or quoted attribute. */
export function escapeText(text: string): string {
  return neutralise(text).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

/**
 * The text with characters that act instead of show written as escapes: `\n`, `\u{202e}`. Joiners stay, since
 * Persian names and emoji need them; lone surrogates become U+FFFD.
 */
export function neutralise(text: string): string {
  return text.toWellFormed().replace(acting, (character) => {
    const known = shortEscapes[character];
    return known ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/**
 * The text cut in its middle to at most `lengthMax` characters, the end kept longer than the start: the end of a
 * path says more. Cuts between code points, at a `/` where one is near.
 */
export function shortenMiddle(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  // What lies in the middle of an endless text is never shown, so it isn't taken apart.
  const margin = 4 * lengthMax;
  const ends = text.length <= 2 * margin ? text : text.slice(0, margin) + text.slice(-margin);
  const characters = Array.from(ends);
  if (characters.length <= lengthMax) return text;
  const room = Math.max(2, lengthMax - 1);
  const tailLength = Math.ceil(room * 0.65);
  const head = characters.slice(0, room - tailLength);
  const tail = characters.slice(characters.length - tailLength);
  const headSlash = head.lastIndexOf("/");
  const tailSlash = tail.indexOf("/");
  const headKept = headSlash >= head.length / 2 ? head.slice(0, headSlash + 1) : head;
  const tailKept = tailSlash >= 0 && tailSlash <= tail.length / 3 ? tail.slice(tailSlash) : tail;
  return `${headKept.join("")}…${tailKept.join("")}`;
}

/** The text cut at its end to at most `lengthMax` characters. */
export function shortenEnd(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const characters = Array.from(text.slice(0, 4 * lengthMax));
  if (characters.length <= lengthMax) return text;
  return `${characters.slice(0, Math.max(1, lengthMax - 1)).join("")}…`;
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const shortEscapes: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

// Control characters; marks, embeddings, overrides and isolates of direction; separators, fillers and invisible
// characters that hide in names; tag characters.
const acting =
  /[\p{Cc}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
