/** Owns the two questions every line scanner asks: what is blank, and where lines begin and end. */

/** White space other than the line break, by character code. */
export function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 13 || code === 11 || code === 12;
}

/** Lines of the text that are not blank, without their line breaks. */
export function filledLines(text: string): string[] {
  return text.split("\n").filter((line) => /\S/.test(line));
}
