/** Says whether the process that owns the log has done what it was asked for, or whether that waits for one. */
import type { Call } from "../command-line/command.ts";
import { jsonText } from "../output/json-text.ts";
import { oneLine } from "../output/safe-text.ts";

export interface Taken {
  /** Whether the log has it. Otherwise it waits there for the next process that owns the log. */
  readonly taken: boolean;
  readonly done: string;
  /** What will be the case, without "at the next start". */
  readonly later: string;
  /** For programs; `taken` is added. */
  readonly json: object;
}

export function tellTaken({ given, terminal }: Call, { taken, done, later, json }: Taken): void {
  const { out } = terminal;
  if (given.flag("json")) out.line(jsonText({ ...json, taken }));
  else if (taken) out.line(oneLine(done));
  else
    out.line(
      oneLine(
        `nobody owns the log at the moment: ${later} at the next start, such as reeve run or reeve resume`,
      ),
    );
}
