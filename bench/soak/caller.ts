/** Calls of runs' callers, written down before they are made and after they were answered. */
import { ReeveError, type Runtime } from "reeve";
import { outcomeText } from "./outcome-text.ts";
import type { CallKind, CallLine, Write } from "./side-files.ts";

type Detail = Pick<CallLine, "pattern" | "input" | "key">;

export class Caller {
  readonly #write: Write<CallLine>;
  readonly #by: CallLine["by"];

  constructor(write: Write<CallLine>, by: CallLine["by"]) {
    this.#write = write;
    this.#by = by;
  }

  /** Whether the call was answered; a refusal is written down with its code. */
  async call(
    call: CallKind,
    run: string,
    make: () => Promise<unknown>,
    detail: Detail = {},
  ): Promise<boolean> {
    this.#say("asked", call, run, detail);
    try {
      await make();
    } catch (error) {
      this.#refused(call, run, error);
      return false;
    }
    this.#say("acknowledged", call, run, detail);
    return true;
  }

  /** Resolves with how the run ended; undefined when this process is not told. */
  async outcome(runtime: Runtime, run: string): Promise<string | undefined> {
    try {
      const outcome = await runtime.run(run).outcome();
      this.#say("acknowledged", "outcome", run, { outcome: outcomeText(outcome) });
      return outcome.status;
    } catch (error) {
      this.#refused("outcome", run, error);
      return undefined;
    }
  }

  /** What went wrong beside the runs. */
  report(what: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#say("refused", "report", "", { code: `${what}: ${message}` });
  }

  #refused(call: CallKind, run: string, error: unknown): void {
    // What is not one of the library's own refusals is a fault, and the judge is to see it.
    const code = error instanceof ReeveError ? error.code : String(error);
    this.#say("refused", call, run, { code });
  }

  #say(said: CallLine["said"], call: CallKind, run: string, rest: Partial<CallLine>): void {
    this.#write({ said, call, by: this.#by, run, at: Date.now(), ...rest });
  }
}
