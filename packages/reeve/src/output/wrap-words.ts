/** Sentences over several lines. */
import { widthOf } from "./text-width.ts";

/** The sentence in lines of at most `columns`, broken between words; a word that is longer has a line of its own. */
export function wrapWords(sentence: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of sentence.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && widthOf(longer) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === "" ? lines : [...lines, line];
}
