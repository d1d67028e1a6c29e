/** Keeps commands that work on files of this machine from being taken for ones that a server carries out. */
import type { Call, Command } from "../command-line/command.ts";
import { CommandError, usageError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { SERVER_VARIABLE } from "./server-of.ts";

/**
 * Where the environment names a server, whoever copies or mends "the log" may mean that of the server.
 * @throws CommandError
 */
export function refuseServer({ name, needsFiles, options }: Command, { given, environment }: Call): void {
  const server = environment[SERVER_VARIABLE] ?? "";
  if (!needsFiles || server === "") return;
  if (given.text("config") !== undefined || given.text("log") !== undefined) return;
  throw new CommandError(
    EXIT.refused,
    `reeve ${name} works on files of this machine, and ${SERVER_VARIABLE} names a server`,
    `call it where the server's log is; for one of this machine name ${"log" in options ? "--log FILE" : "--config FILE"} or unset ${SERVER_VARIABLE}`,
  );
}

/** @throws CommandError for `--server` given to such a command, and for a token on the command line */
export function refuseServerOption({ name, needsFiles, options }: Command, option: string): void {
  if (option === "token" && "token-file" in options) {
    throw usageError(
      "a token is no option: other users of this machine could read it",
      "put it into REEVE_TOKEN, or into a file: --token-file FILE",
    );
  }
  if (option !== "server" || !needsFiles) return;
  throw usageError(
    `reeve ${name} works on files of this machine; no server can do it`,
    "call it on the machine that has the log",
  );
}
