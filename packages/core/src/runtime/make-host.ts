/** What an engine asks of the runtime: to walk a run with the pattern that it began with, and for limits. */
import type { Host, Journal } from "../engine/engine.ts";
import { interpret } from "../execution/interpret.ts";
import { limitOf } from "../execution/limits.ts";
import type { LocalWalkHost } from "../execution/make-walk-host.ts";
import type { Registry } from "../selection/registry.ts";
import type { Settings } from "./settings.ts";

export function makeHost(
  registry: Registry,
  walkHost: LocalWalkHost,
  settings: Settings,
): Omit<Host, "controlsChanged"> {
  return {
    ...(settings.retention && { retention: settings.retention }),
    ...(settings.secretKey !== undefined && { secretKey: settings.secretKey }),
    report: settings.report,
    keeps: (run, status, durationMs) => settings.tracing.keeps(run, status, durationMs),
    limitOf: (place) => limitOf(place, (name) => registry.finishing(name)?.pattern),
    interpret: async (journal) => {
      const { pattern: name, patternVersion } = journal.run;
      const registered = registry.continuing(name, patternVersion);
      if (registered) await interpret(journal, registered.pattern, walkHost);
      else strand(journal);
    },
  };
}

function strand(journal: Journal): void {
  const { id, pattern, patternVersion } = journal.run;
  journal.strand(
    `version '${patternVersion}' of pattern '${pattern}' is not registered`,
    `register that version again, or a newer one with continues: ["${patternVersion}"]; or have it cancelled once it is there: reeve cancel ${id}`,
  );
}
