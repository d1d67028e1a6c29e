/** Checks what killed processes left in the log against what they had acknowledged and executed. */
import type { Event } from "../delegation/event.ts";
import type { RunRow } from "../engine/store.ts";
import type { SideLine } from "./load-patterns.ts";

export interface Left {
  /** In the order in which they were written. */
  readonly lines: readonly SideLine[];
  readonly events: readonly Event[];
  readonly rows: readonly RunRow[];
}

/** What is wrong, in words; empty when nothing is. */
export function checkKilled(left: Left): string[] {
  return [...checkAcknowledged(left), ...checkExecutions(left), ...checkRuns(left)];
}

/** Everything that was acknowledged is there, and each reader saw each event once and in order (E3, E11). */
function checkAcknowledged({ lines, events, rows }: Left): string[] {
  const faults: string[] = [];
  const kept = new Map(events.map((event) => [event.position, event]));
  const runs = new Set(rows.map((row) => row.id));
  let before = 0;
  for (const line of lines) {
    if (line.said === "started" && !runs.has(line.run))
      faults.push(`run '${line.run}' was acknowledged and is gone (E3)`);
    if (line.said !== "committed") continue;
    const event = kept.get(line.position);
    const same =
      event?.run === line.run &&
      event.seq === line.seq &&
      event.kind === line.kind &&
      event.path === line.path;
    if (!same)
      faults.push(`${line.kind} at '${line.path}' of '${line.run}' was acknowledged and is gone (E3)`);
    if (line.position <= before) faults.push(`position ${line.position} was read after ${before} (E11)`);
    before = line.position;
  }
  return faults;
}

/** No step runs after its completion was acknowledged, and its key never changes (E1, E2). */
function checkExecutions({ lines }: Left): string[] {
  const faults: string[] = [];
  const acknowledged = new Set<string>();
  const keys = new Map<string, string>();
  for (const line of lines) {
    if (line.said === "started") continue;
    const step = `${line.run} ${line.path}`;
    if (line.said === "committed") {
      if (line.kind === "step-completed") acknowledged.add(step);
      continue;
    }
    if (acknowledged.has(step)) faults.push(`'${step}' ${line.said} after it was acknowledged (E1)`);
    if ((keys.get(step) ?? line.key) !== line.key) faults.push(`'${step}' had two idempotency keys (E2)`);
    keys.set(step, line.key);
  }
  return faults;
}

/** Every run has ended, once, and its row says what its events say. */
function checkRuns({ events, rows }: Left): string[] {
  const faults: string[] = [];
  const histories = Map.groupBy(events, (event) => event.run);
  if (histories.size !== rows.length) faults.push(`${rows.length} runs, events of ${histories.size}`);
  for (const row of rows) {
    const history = histories.get(row.id) ?? [];
    const ends = history.filter((event) => event.kind === "run-ended");
    const [end] = ends;
    if (row.state !== "ended" || !end) faults.push(`run '${row.id}' is ${row.state}`);
    if (ends.length > 1) faults.push(`run '${row.id}' ended ${ends.length} times (E5)`);
    if (end && (row.outcome !== end.outcome.status || row.endedAt !== end.at)) {
      faults.push(`run '${row.id}' is ${row.outcome} in its row and ${end.outcome.status} in the log`);
    }
    const expected = row.pattern === "undoing" ? "rolled-back" : "completed";
    if (row.outcome !== expected) faults.push(`run '${row.id}' of '${row.pattern}' is ${row.outcome}`);
    if (history.some((event, index) => event.seq !== index + 1)) faults.push(`run '${row.id}' has a gap`);
    if (history.filter((event) => event.kind === "step-completed").length !== completedPaths(history)) {
      faults.push(`a step of '${row.id}' completed twice (E1)`);
    }
  }
  return faults;
}

function completedPaths(history: readonly Event[]): number {
  return new Set(history.flatMap((event) => (event.kind === "step-completed" ? [event.path] : []))).size;
}
