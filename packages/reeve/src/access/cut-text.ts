/** How much of a value is shown where all of a run is. */

export const VALUE_CHARACTERS_MAX = 20_000;

/** The text, or its beginning with how much is missing. */
export function cutText(text: string, characters: number = text.length): string {
  if (characters <= VALUE_CHARACTERS_MAX) return text;
  return `${text.slice(0, VALUE_CHARACTERS_MAX)}\n… ${characters - VALUE_CHARACTERS_MAX} more characters`;
}
