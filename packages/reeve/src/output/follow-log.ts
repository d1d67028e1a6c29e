/** Writes a line for each event of the log that is worth one, from now on. */
import { traceIdOf, type Event, type Runtime } from "@reeve/core";
import { logLineOf, type LogLine } from "./log-line.ts";

/** Traces of so many runs are remembered. */
const TRACES_MAX = 1_000;

/** Ends when the signal is aborted, or the log is closed. */
export async function followLog(
  runtime: Pick<Runtime, "engine">,
  write: (line: LogLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const { engine } = runtime;
  const from = (await engine.fold(NOTHING)).position();
  const traces = new Map<string, string>();
  const traceOf = async (event: Event): Promise<string> => {
    const { run } = event;
    const known = traces.get(run);
    if (known !== undefined) return known;
    const record = event.kind === "run-started" ? { id: run, origin: event.origin } : await engine.find(run);
    const trace = traceIdOf(record ?? { id: run });
    if (traces.size >= TRACES_MAX) traces.clear();
    traces.set(run, trace);
    return trace;
  };
  for await (const event of engine.events({ from, signal })) {
    if (event.run.startsWith(OF_LOG)) continue;
    const line = logLineOf(event, await traceOf(event));
    if (line) write(line);
    if (event.kind === "run-ended") traces.delete(event.run);
  }
}

/** Runs that are about the log as a whole. */
const OF_LOG = "reeve:";
/** Knows nothing but where the log ends. */
const NOTHING = { name: "log-lines", version: 1, initial: () => null, apply: () => null };
