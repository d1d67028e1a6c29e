/** What retry and fork have in common: a new run that takes over what another one did. */
import type { RunHandle } from "@reeve/core";
import type { Call } from "../command-line/command.ts";
import { CommandError, usageError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";

/** The id asked for. @throws CommandError when it is that of the run to take over from. */
export function checkNewId({ given }: Call, source: string): string | undefined {
  const id = given.text("id");
  if (id === source) {
    throw usageError(`--id is '${id}', the run itself`, "give the new run another id, or leave --id out");
  }
  return id;
}

/**
 * Starting twice with one id gives the run that is there, which may be another one.
 * @throws CommandError unless the run takes over from `source` in the way that was asked for
 */
export async function checkTakesOver(
  run: RunHandle,
  source: string,
  isAsked: (from: string | undefined) => boolean,
): Promise<void> {
  const { origin } = await run.record();
  const fork = origin?.forkedFrom;
  if (fork?.run === source && isAsked(fork.from)) return;
  throw new CommandError(
    EXIT.refused,
    `run '${run.id}' exists, and was not made so from run '${source}'`,
    "use another id, or no id to have one made",
  );
}
