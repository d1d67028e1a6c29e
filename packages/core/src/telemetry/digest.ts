/** A number that stands for the options of a fold in its version, so that other options count the log again. */

/** FNV-1a, 32 bits. */
export function digestOf(text: string): number {
  let digest = 0x811c9dc5;
  for (const character of text) {
    digest = Math.imul(digest ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return digest >>> 0;
}
