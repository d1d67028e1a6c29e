/** Turns whatever ended a command into an exit code and a message on standard error. */
import type { ErrorCode } from "@reeve/core";
import { oneLine, safeLines } from "../output/safe-text.ts";
import type { OutputStream } from "../output/terminal.ts";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-codes.ts";

const EXIT_OF_CODE: { readonly [code in ErrorCode]?: number } = {
  "run-not-found": EXIT.notFound,
  "pattern-not-found": EXIT.notFound,
  "agent-not-found": EXIT.notFound,
  "run-conflict": EXIT.refused,
  "run-id-invalid": EXIT.usage,
  "run-stranded": EXIT.refused,
  "run-ended": EXIT.refused,
  "run-not-ended": EXIT.refused,
  "input-invalid": EXIT.refused,
  "output-invalid": EXIT.refused,
  "value-not-storable": EXIT.refused,
  "payload-too-large": EXIT.refused,
  "permission-denied": EXIT.refused,
  "signal-unknown": EXIT.notFound,
  "signal-ambiguous": EXIT.refused,
  "signal-invalid": EXIT.refused,
  "option-invalid": EXIT.usage,
  "schedule-invalid": EXIT.usage,
  "pattern-duplicate": EXIT.configuration,
  "pattern-invalid": EXIT.configuration,
  "agent-invalid": EXIT.configuration,
  "stored-patterns-invalid": EXIT.configuration,
  "file-owned": EXIT.storage,
  "file-exists": EXIT.refused,
  "file-damaged": EXIT.storage,
  "file-not-reeve": EXIT.storage,
  "file-too-new": EXIT.storage,
  "storage-unavailable": EXIT.storage,
  "not-signed-in": EXIT.refused,
  "request-refused": EXIT.refused,
  "request-too-large": EXIT.refused,
  "route-not-found": EXIT.refused,
  "server-read-only": EXIT.refused,
  "output-unavailable": EXIT.notFound,
  "runtime-unavailable": EXIT.storage,
};

/** Writes `error: …` and `hint: …`; with `withStack` where it came from too. */
export function showError(error: unknown, stream: OutputStream, withStack: boolean): number {
  const known = knownOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const prefix = stream.paint("red", "error:");
  stream.line(
    `${prefix} ${known ? oneLine(message) : `${oneLine(message)} (this is a fault of reeve itself)`}`,
  );
  const hint = known
    ? known.hint
    : withStack
      ? undefined
      : "run it again with --debug and report what it says";
  if (hint !== undefined) stream.line(`${stream.paint("cyan", "hint:")} ${oneLine(hint)}`);
  if (withStack) for (const line of stackOf(error)) stream.line(line);
  return known?.exitCode ?? EXIT.internal;
}

/** The library's own errors, and what a server refused for the same reasons. */
const KNOWN_NAMES = new Set(["ReeveError", "ServerError"]);

interface Known {
  readonly exitCode: number;
  readonly hint: string | undefined;
}

/** Known by shape, not by class: the configuration may have loaded another copy of the library. */
function knownOf(error: unknown): Known | undefined {
  if (error instanceof CommandError) return error;
  if (!(error instanceof Error) || !KNOWN_NAMES.has(error.name)) return undefined;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const hint = "hint" in error && typeof error.hint === "string" ? error.hint : undefined;
  const entry = Object.entries(EXIT_OF_CODE).find(([known]) => known === code);
  return { exitCode: entry?.[1] ?? EXIT.failed, hint };
}

function stackOf(error: unknown): string[] {
  const lines: string[] = [];
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    const [first = "", ...rest] = safeLines(each.stack ?? each.message);
    lines.push(`${lines.length > 0 ? "caused by " : ""}${first}`);
    // Further lines of a message are not taken for lines of the command.
    for (const line of rest) lines.push(/^\s/.test(line) ? line : `    ${line}`);
  }
  return lines;
}
