/** What is wrong with the command line or the configuration: said in one line, with what helps. */
import { EXIT } from "./exit-codes.ts";

/** Ends the command with this exit code. */
export class CommandError extends Error {
  override readonly name: string = "CommandError";
  readonly exitCode: number;
  readonly hint: string | undefined;

  constructor(exitCode: number, message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
    this.hint = hint;
  }
}

/** The command line is wrong. */
export function usageError(message: string, hint?: string): CommandError {
  return new CommandError(EXIT.usage, message, hint);
}

/** The configuration is missing or wrong. */
export function configurationError(message: string, hint?: string, cause?: unknown): CommandError {
  return new CommandError(EXIT.configuration, message, hint, cause);
}
