/**
 * Entries without labels: those of the events that make up nearly all of a log, as they usually are. What an attempt's
 * beginning, its success, a run's beginning and its end say then stands in columns after the four that each entry has; the
 * last columns are left out where they say the usual. With labels the entries of a three-step run took twice the room.
 *
 * The columns are part of the file format. An entry with labels has an object in the fifth column, which no column here holds.
 */
import { isObject } from "./columns.ts";

/** `[2, at, path, attempt, recovery?, agent?]`: 0, and the path's own text, where they are left out. */
export function shortStarted(
  { recovery, agent }: { readonly recovery: string; readonly agent: string },
  path: string,
): string {
  if (agent !== path) return `,${recovery},${agent}`;
  return recovery === "0" ? "" : `,${recovery}`;
}

/** `[3, at, path, attempt, output, durationMs, agent?]`: null without an output. */
export function shortCompleted(output: string, durationMs: string, agent: string, path: string): string {
  return agent === path ? `,${output},${durationMs}` : `,${output},${durationMs},${agent}`;
}

/** `[1, at, null, null, pattern, patternVersion, input?]` */
export function shortRunStarted(pattern: string, patternVersion: string, input: string | undefined): string {
  return input === undefined ? `,${pattern},${patternVersion}` : `,${pattern},${patternVersion},${input}`;
}

/** `[22, at, null, null, pattern, domain, durationMs, output?]`, completed with that payload, or with nothing. */
export function shortRunEnded(
  pattern: string,
  domain: string,
  durationMs: string,
  output: string | undefined,
): string {
  return output === undefined
    ? `,${pattern},${domain},${durationMs}`
    : `,${pattern},${domain},${durationMs},${output}`;
}

/**
 * What an entry says beyond the columns that each has, by the names of the event's properties; undefined where the
 * entry is none of this library.
 */
export function restOf(
  kind: string,
  columns: readonly unknown[],
): Readonly<Record<string, unknown>> | undefined {
  const [, , path, , first, second, third, fourth] = columns;
  if (isObject(first)) return first;
  switch (kind) {
    case "attempt-started":
      return { recovery: first ?? 0, agent: second ?? path };
    case "step-completed":
      return { agent: third ?? path, output: first ?? undefined, durationMs: second };
    case "run-started":
      return { pattern: first, patternVersion: second, input: third };
    case "run-ended": {
      const output = fourth === undefined ? { of: "nothing" } : { of: "payload", id: fourth };
      return { outcome: { status: "completed", output }, pattern: first, domain: second, durationMs: third };
    }
    default:
      return undefined;
  }
}
