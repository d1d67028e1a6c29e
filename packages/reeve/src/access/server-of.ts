/** Which server a call is for, and with which token. A token is never an argument, which other users could read. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Call } from "../command-line/command.ts";
import { CommandError, usageError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { oneLine } from "../output/safe-text.ts";

export const SERVER_VARIABLE = "REEVE_SERVER";
export const TOKEN_VARIABLE = "REEVE_TOKEN";

export interface NamedServer {
  /** Such as "http://127.0.0.1:7733". */
  readonly url: string;
  readonly token: string;
  /** Whether `--server` named it, not the environment. */
  readonly isGiven: boolean;
}

/**
 * `--server`, else the variable REEVE_SERVER; a configuration that is named on the command line wins over the variable.
 * @returns undefined where none is named
 * @throws CommandError for what is no address, without a token, and for a token that would be sent in the open
 */
export function serverOf(call: Call): NamedServer | undefined {
  const { given, environment } = call;
  const named = given.text("server");
  const isLocal = given.text("config") !== undefined || given.list("set").length > 0;
  if (named !== undefined && isLocal) {
    throw usageError(
      "--server excludes --config and --set",
      "the server has a configuration of its own; change it where it runs",
    );
  }
  const url = named ?? (isLocal ? undefined : environment[SERVER_VARIABLE]);
  if (url === undefined || url === "") return undefined;
  const place = named === undefined ? SERVER_VARIABLE : "--server";
  const address = addressOf(place, url);
  const token = tokenOf(call);
  if (address.protocol === "http:" && !isLoopback(address.hostname) && !given.flag("insecure")) {
    throw new CommandError(
      EXIT.refused,
      `${place} is ${address.origin}: the token would travel unencrypted`,
      "serve with --tls-cert and --tls-key and use https://, or a tunnel to 127.0.0.1; --insecure sends it as it is",
    );
  }
  return { url: address.origin, token, isGiven: named !== undefined };
}

function addressOf(place: string, url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  const hint = "give an address such as http://127.0.0.1:7733";
  if (!address || !/^https?:$/.test(address.protocol)) {
    throw usageError(`${place} is '${oneLine(url)}'`, hint);
  }
  if (address.username !== "" || address.password !== "") {
    // Not shown: it may hold a secret.
    throw usageError(
      `${place} has a name or password in it`,
      `use a token: ${TOKEN_VARIABLE} or --token-file FILE`,
    );
  }
  if (address.pathname === "/" && address.search === "") return address;
  throw usageError(`${place} is '${oneLine(address.origin + address.pathname)}', more than an address`, hint);
}

function tokenOf({ given, environment, folder }: Call): string {
  const file = given.text("token-file");
  const token = file === undefined ? environment[TOKEN_VARIABLE] : contentOf(resolve(folder, file));
  if (token === undefined || token.trim() === "") {
    throw usageError(
      file === undefined ? "there is no token for the server" : `--token-file: ${file} is empty`,
      `make one where the log is: reeve token NAME --scope operate; give it by ${TOKEN_VARIABLE} or --token-file FILE`,
    );
  }
  // Otherwise fetch refuses the header with a message that quotes it.
  if (/^[\x21-\x7e]+$/.test(token.trim())) return token.trim();
  throw usageError("the token has characters that no token has", "copy the line that reeve token printed");
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usageError(`--token-file: ${file} can't be read: ${why}`, "name a file that holds the token");
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
