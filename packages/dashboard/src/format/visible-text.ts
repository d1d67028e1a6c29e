/** What users and agents wrote, so that nothing in it hides or pretends. Pure. */

/** Control characters, line separators, and marks that reverse the direction of what follows. */
const HIDDEN = /[\p{Cc}\u061c\u200b\u2060\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
const ID_CHARACTERS_MAX = 24;
const HEAD_CHARACTERS = 8;
const TAIL_CHARACTERS = 6;

/** Characters that nobody sees, such as those of terminal escapes, as signs; line breaks and tabs stay. */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, (character) => {
    if (character === "\n" || character === "\t") return character;
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\ufffd";
  });
}

/** An id where it stands among words. Ids of runs begin with the time, so what tells them apart is at the end. */
export function shortId(id: string): string {
  const characters = Array.from(visibleText(id));
  if (characters.length <= ID_CHARACTERS_MAX) return characters.join("");
  return [...characters.slice(0, HEAD_CHARACTERS), "…", ...characters.slice(-TAIL_CHARACTERS)].join("");
}

/** A sentence in pieces: what the library made as ids of runs apart from what is between them. */
export function idsApart(sentence: string): readonly { readonly text: string; readonly isId: boolean }[] {
  const pieces = sentence.split(/\b([0-9a-f]{32})\b/);
  return pieces.map((text, index) => ({ text, isId: index % 2 === 1 })).filter(({ text }) => text !== "");
}
