/** Words of commands that a person can copy into a shell. */
import { oneLine } from "../output/safe-text.ts";

/** The word, quoted where a shell would not take it as it is. */
export function shellWord(word: string): string {
  const safe = oneLine(word);
  return /^[\w@%+=:,./-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}
