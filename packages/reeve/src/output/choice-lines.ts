/** Why the pattern of a run was chosen, as `reeve show` tells it. */
import type { ChoiceRecord } from "@reeve/core";
import { candidateLines, reasonText } from "./candidate-lines.ts";
import { countText } from "./number-text.ts";
import { oneLine } from "./safe-text.ts";
import type { OutputStream } from "./terminal.ts";
import { wrapWords } from "./wrap-words.ts";

export function choiceLines(choice: ChoiceRecord, out: OutputStream): string[] {
  const columns = out.isLive ? out.columns : Infinity;
  const { candidates, others, recovery } = choice;
  const lines = wrapWords(`chosen: ${oneLine(choice.reason)}`, columns);
  if (recovery !== undefined) lines.push(`recovery: ${oneLine(recovery)}`);
  const rows = candidates.map((candidate) => ({ ...candidate, outcomes: undefined, caution: "" }));
  const indent = (line: string): string => `  ${line}`;
  if (candidates.length > 1) lines.push(...candidateLines(rows, narrower(out)).map(indent));
  if (!others) return lines;
  for (const [reason, count] of Object.entries(others.counts))
    lines.push(indent(`${countText(count)} more, ${reasonText(reason)}`));
  return lines;
}

/** The stream with room for an indent. */
function narrower(out: OutputStream): OutputStream {
  return { ...out, columns: out.columns - 2 };
}
