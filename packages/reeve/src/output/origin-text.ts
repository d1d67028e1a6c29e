/** Where a run comes from when nobody started it with an input of its own: for a column, and in full. */
import type { RunRecord } from "@reeve/core";
import { dateText } from "./duration.ts";
import { oneLine } from "./safe-text.ts";

/** Such as "child of order-42"; empty for most runs. */
export function originText({ origin }: RunRecord): string {
  if (origin?.parent) return `child of ${oneLine(origin.parent.run)}`;
  if (origin?.schedule) return `schedule ${oneLine(origin.schedule.name)}`;
  if (!origin?.forkedFrom) return "";
  const { run, from } = origin.forkedFrom;
  return `${from === undefined ? "retry" : "fork"} of ${oneLine(run)}`;
}

/** The same in sentences, one per line. */
export function originLines({ origin }: RunRecord): string[] {
  const lines: string[] = [];
  if (origin?.parent) {
    const { run, path, attached } = origin.parent;
    const rest = attached ? ", which awaits it" : ", which does not await it";
    lines.push(`child of run ${oneLine(run)}, started by its step '${oneLine(path)}'${rest}`);
  }
  if (origin?.schedule) {
    const { name, dueAt } = origin.schedule;
    lines.push(`started by schedule '${oneLine(name)}', due ${dateText(dueAt)}`);
  }
  if (origin?.forkedFrom) lines.push(forkLine(origin.forkedFrom));
  return lines;
}

type Fork = NonNullable<NonNullable<RunRecord["origin"]>["forkedFrom"]>;

function forkLine({ run, from, input, output, undoes }: Fork): string {
  const source = `run ${oneLine(run)}`;
  if (undoes) return `undoes what ${source} did`;
  if (from === undefined) return `retry of ${source}: what it completed is taken over`;
  const edit =
    input === undefined ? (output === undefined ? "" : " with a given output") : " with another input";
  return from === ""
    ? `fork of ${source}: the whole run anew${edit}`
    : `fork of ${source} from step '${oneLine(from)}'${edit}`;
}
