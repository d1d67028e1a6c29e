/** What the dig hands on to the phase after it. */
import type { Settled } from "reeve";
import type { FileFinding } from "./analysis/file-finding.ts";

/** One value per file, in the order of the survey. */
export interface Dug {
  readonly "dig-files": readonly Settled<FileFinding>[];
}

/** Findings of the files whose batch succeeded. */
export function findingsOf({ "dig-files": results }: Dug): FileFinding[] {
  return results.flatMap((result) => (result.ok ? [result.output] : []));
}

/** A finding for every file: those of lost batches say what happened to the batch. */
export function findingsOfAll({ "dig-files": results }: Dug, files: readonly string[]): FileFinding[] {
  return files.map((path, index) => {
    const result = results[index];
    if (result?.ok) return result.output;
    return { path, error: result?.error.message ?? "not studied" };
  });
}
