/** How good a run was: what its steps said, and who judged it later. */
import type { Progress } from "../progress/progress.ts";
import { dateText } from "./duration.ts";
import { oneLine } from "./safe-text.ts";
import type { Paint } from "./terminal.ts";
import { wrapWords } from "./wrap-words.ts";

export function scoreLines({ score, feedback }: Progress, paint: Paint, columns: number): string[] {
  const lines = score === undefined ? [] : [`${paint("dim", "score:")} ${score}`];
  for (const { score: given, by, note, at } of feedback) {
    const why = note === undefined ? "" : `: ${oneLine(note)}`;
    const [first = "", ...rest] = wrapWords(
      `${given} by ${oneLine(by)}, ${dateText(at)}${why}`,
      columns - 10,
    );
    lines.push(`${paint("dim", "feedback:")} ${first}`, ...rest.map((line) => `          ${line}`));
  }
  return lines;
}
