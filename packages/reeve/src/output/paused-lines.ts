/** What is paused in the log as a whole, and the commands that let it go on. */
import type { Paused } from "@reeve/core";
import { shellWord } from "../command-line/shell-word.ts";
import { dateText } from "./duration.ts";
import { oneLine } from "./safe-text.ts";

export interface PausedPart {
  readonly kind: "pattern" | "agent";
  readonly name: string;
  /** Such as "pattern 'import' is paused since 2031-04-05 14:03:09: disk is full (by local)". */
  readonly what: string;
  /** The command that lets it go on. */
  readonly remedy: string;
}

/** Every paused pattern, then every paused agent. */
export function pausedParts({ patterns, agents }: Paused): PausedPart[] {
  const parts = (kind: PausedPart["kind"], pauses: Paused["patterns"]): PausedPart[] =>
    Object.entries(pauses).map(([name, { reason, by, at }]) => ({
      kind,
      name,
      what: `${kind} '${oneLine(name)}' is paused since ${dateText(at)}: ${oneLine(reason)} (by ${oneLine(by)})`,
      remedy: `reeve resume --${kind} ${shellWord(name)}`,
    }));
  return [...parts("pattern", patterns), ...parts("agent", agents)];
}
