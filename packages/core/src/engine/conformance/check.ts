/** One test of the suite, and what an engine or its harness must offer for it. */
import type { EngineKind, LogUnderTest } from "./log-under-test.ts";
import type { Trial } from "./trial.ts";

export type Need =
  | "crash"
  | "crash-at-write"
  | "file"
  | "stored-bytes"
  | "reads"
  | "heap"
  | "log-outside-heap";

export interface Check {
  /** Begins with the number of the invariant. */
  readonly title: string;
  readonly needs?: readonly Need[];
  run(trial: Trial): Promise<void>;
}

/** Why the check can't be made; undefined when it can. */
export function reasonToSkip(check: Check, kind: EngineKind, log: LogUnderTest): string | undefined {
  return check.needs?.map((need) => missing(need, kind, log)).find((reason) => reason !== undefined);
}

function missing(need: Need, { capabilities }: EngineKind, log: LogUnderTest): string | undefined {
  switch (need) {
    case "crash":
      if (log.crash) return undefined;
      if (capabilities.survivesCrash)
        throw new TypeError("the log of an engine that survives crashes needs `crash`");
      return "the engine does not survive a crash";
    case "crash-at-write":
      return log.crashAtWrite ? undefined : "the log can't be crashed at a write of the test's choice";
    case "file":
      if (!capabilities.file) return "the log is no file, so it has no other processes";
      if (!log.forkGuest) throw new TypeError("the log of an engine that keeps a file needs `forkGuest`");
      return undefined;
    case "stored-bytes":
      return log.storedBytes ? undefined : "the log does not tell its size";
    case "reads":
      return log.reads ? undefined : "the log does not count its reads";
    case "log-outside-heap":
      return capabilities.file ? undefined : "the log itself is in this process's memory";
    case "heap":
      return typeof process.versions.v8 === "string" ? undefined : "the platform's heap can't be measured";
  }
}
