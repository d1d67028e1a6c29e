/** What Ctrl-C and SIGTERM do to a command that works: the first one drains, the second one ends at once. */
import { EXIT } from "../command-line/exit-codes.ts";
import type { OutputStream } from "../output/terminal.ts";

type SignalName = "SIGINT" | "SIGTERM";

export interface Interruption {
  /** Resolves with the exit code when the first signal was dealt with; undefined when there was none. */
  settled(): Promise<number | undefined>;
  stopListening(): void;
}

/** @param first deals with the first signal; a second one ends the process. */
export function listenForInterrupts(first: (name: SignalName) => Promise<void>): Interruption {
  let dealing: Promise<number> | undefined;
  const onSignal = (name: SignalName): void => {
    const code = name === "SIGINT" ? EXIT.interrupted : EXIT.terminated;
    if (dealing) {
      // Exit listeners give the terminal its cursor back; the log needs nothing more.
      process.stderr.write("\n");
      process.exit(code);
    }
    dealing = first(name).then(() => code);
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    settled: async () => dealing,
    stopListening: () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}

/** Says that an owner lets its steps finish. */
export function tellDraining(name: SignalName, err: OutputStream): void {
  const shown = name === "SIGINT" ? "Ctrl-C" : name;
  err.line(`${shown}: running steps may finish; once more stops at once`);
}
