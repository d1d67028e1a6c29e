/** What the levels do with a text. */

export function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[.!?]$/.test(sentence));
}

export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/\p{L}{4,}/gu) ?? [];
}

/** How often each word stands in the text. */
export function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** A line per word, for a file. */
export function showCounts(counts: ReadonlyMap<string, number>): string {
  return Array.from(counts, ([word, count]) => `${count} ${word}`).join("\n");
}

export function readCounts(lines: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines.split("\n")) {
    const [count = "0", word = ""] = line.split(" ");
    counts.set(word, Number(count));
  }
  return counts;
}

/** How often the words of a sentence stand in the whole, on average. */
export function weigh(sentence: string, counts: ReadonlyMap<string, number>): number {
  const words = wordsOf(sentence);
  return words.reduce((sum, word) => sum + (counts.get(word) ?? 0), 0) / Math.max(1, words.length);
}
