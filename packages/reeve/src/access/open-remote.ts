/** Connects to a server: says early who does not answer, who is not let in, and whose version does not fit. */
import { CommandError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { version } from "../command-line/version.ts";
import { oneLine } from "../output/safe-text.ts";
import { remoteAccess } from "./remote-access.ts";
import type { RuntimeAccess } from "./runtime-access.ts";
import type { NamedServer } from "./server-of.ts";

/** @throws CommandError */
export async function openRemote({ url, token }: NamedServer): Promise<RuntimeAccess> {
  // Loaded here, so that no command of a local log waits for it.
  const { createClient } = await import("@reeve/server/client");
  const client = createClient({ url, token });
  const session = await client.session({}).catch((error: unknown) => {
    throw isOf(error, "not-signed-in") ? unknownToken(url) : error;
  });
  if (!fits(session.version, version())) {
    throw new CommandError(
      EXIT.refused,
      `the server at ${url} has version ${oneLine(session.version)}, this command ${version()}`,
      `use the command of the server's version: npx reeve@${oneLine(session.version)}`,
    );
  }
  return remoteAccess(client);
}

function unknownToken(url: string): CommandError {
  return new CommandError(
    EXIT.refused,
    `the server at ${url} does not know the token`,
    "it may have been removed, or be that of another log; make one where the server's log is: reeve token NAME --scope operate",
  );
}

function isOf(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** The API may change with the major version; before 1.0, with the minor one. */
export function fits(theirs: string, ours: string): boolean {
  return seriesOf(theirs) === seriesOf(ours);
}

function seriesOf(name: string): string {
  const [major = "", minor = ""] = name.split(".");
  return major === "0" ? `${major}.${minor}` : major;
}
