/**
 * Commands that a person can paste into a shell. Ids, names and values come from users and agents, so every word that
 * is not plainly harmless is quoted, and characters that act on a terminal or break the line are written as escapes.
 */

const HARMLESS = /^[A-Za-z0-9_@%+=:,./-]+$/;
const CONTROL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** The words as one line for sh, bash or zsh. */
export function shellCommand(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

/** One word, quoted where a shell would not take it as it is. */
function shellWord(word: string): string {
  if (HARMLESS.test(word)) return word;
  if (CONTROL.test(word)) return dollarQuoted(word);
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** `$'…'` writes control characters as escapes, so that pasting them neither runs nor hides anything. */
function dollarQuoted(word: string): string {
  let text = "";
  for (const character of word) {
    const code = character.codePointAt(0) ?? 0;
    if (character === "'" || character === "\\") text += `\\${character}`;
    else if (character === "\n") text += "\\n";
    else if (character === "\t") text += "\\t";
    else if (!CONTROL.test(character)) text += character;
    else if (code < 0x80) text += `\\x${code.toString(16).padStart(2, "0")}`;
    else text += `\\u${code.toString(16).padStart(4, "0")}`;
  }
  return `$'${text}'`;
}
