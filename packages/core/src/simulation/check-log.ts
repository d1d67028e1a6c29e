/** Checks the log alone: its form, the counts of attempts, and the waits between them. */
import type { Event } from "../delegation/event.ts";
import type { Simulated } from "./simulate.ts";
import type { StepHistory } from "./step-history.ts";

/** What is wrong, in words; empty when nothing is. */
export function checkLog(simulated: Simulated, histories: ReadonlyMap<string, StepHistory>): string[] {
  return [
    ...checkForm(simulated),
    ...checkAnswers(simulated),
    ...checkSignals(simulated),
    ...[...histories.values()].flatMap(checkAttempts),
  ];
}

/** Of every run. */
function checkForm({ stored, row, outcome }: Simulated): string[] {
  const faults: string[] = [];
  for (const run of new Set(stored.map((event) => event.run)))
    faults.push(...checkFormOf(stored.filter((event) => event.run === run)));
  if (row?.state !== "ended" || row.outcome !== outcome.status) {
    faults.push(`the row says ${row?.state} ${row?.outcome}, the outcome is ${outcome.status}`);
  }
  const end = stored.find((event) => event.kind === "run-ended" && event.run === row?.id);
  if (end?.kind === "run-ended" && end.outcome.status !== outcome.status)
    faults.push("outcome() and the log disagree");
  return faults;
}

function checkFormOf(events: readonly Event[]): string[] {
  const faults: string[] = [];
  events.forEach((event, index) => {
    if (event.seq !== index + 1) faults.push(`event ${index + 1} has seq ${event.seq}`);
    const before = events[index - 1];
    if (before && event.position <= before.position) faults.push(`position ${event.position} does not grow`);
    if (before && event.at < before.at) faults.push(`the time of event ${event.seq} runs backwards`);
  });
  const ends = events.filter((event) => event.kind === "run-ended");
  if (ends.length !== 1) faults.push(`the run ended ${ends.length} times (E5)`);
  const after = events.slice(events.findIndex((event) => event.kind === "run-ended") + 1);
  for (const event of after) {
    if (event.kind !== "attempt-ended-late") faults.push(`${event.kind} after the end`);
  }
  return faults;
}

/** User code is asked once; the recorded answer stands. */
function checkAnswers({ events }: Simulated): string[] {
  const asked = events.flatMap((event) =>
    event.kind === "value-recorded" || event.kind === "value-failed" ? [event.path] : [],
  );
  return asked
    .filter((path, index) => asked.indexOf(path) !== index)
    .map((path) => `'${path}' was asked twice`);
}

/** What was sent twice under one key counts once, and is received at most once (E8). */
function checkSignals({ events }: Simulated): string[] {
  const faults: string[] = [];
  const sent = new Map<string, Set<string>>();
  for (const event of events) {
    if (event.kind === "signal-sent") {
      const keys = sent.get(event.path) ?? new Set();
      sent.set(event.path, keys);
      if (keys.has(event.key)) faults.push(`'${event.path}' was sent '${event.key}' twice (E8)`);
      keys.add(event.key);
    } else if (event.kind === "signal-received" && !sent.get(event.path)?.size) {
      faults.push(`'${event.path}' received what nobody sent (E8)`);
    }
  }
  return faults;
}

function checkAttempts(history: StepHistory): string[] {
  const { path, agent, started, failed, lost, completed } = history;
  const faults: string[] = [];
  const numbers = new Set(started.map((event) => event.attempt));
  if (numbers.size > agent.retry.attempts)
    faults.push(`'${path}' had ${numbers.size} attempts, too many (E7)`);
  if (started.length > numbers.size + lost.length)
    faults.push(`'${path}' repeated an attempt that was not lost`);
  started.forEach((event, index) => {
    const before = lost.filter((it) => it.seq < event.seq).length;
    if (event.recovery !== before)
      faults.push(`'${path}' start ${index + 1} says recovery ${event.recovery} (E7b)`);
    const wait = failed.find((it) => it.attempt === event.attempt - 1);
    const recovered = lost.some((it) => it.attempt === event.attempt);
    if (
      event.attempt > 1 &&
      !recovered &&
      wait?.retryInMs !== undefined &&
      event.at < wait.at + wait.retryInMs
    ) {
      faults.push(`'${path}' attempt ${event.attempt} did not wait ${wait.retryInMs} ms (E7)`);
    }
    if (completed && event.seq > completed.seq) faults.push(`'${path}' started after it had completed (E1)`);
    if (event.attempt > 1 && wait?.retryInMs === undefined) {
      faults.push(`'${path}' attempt ${event.attempt} follows a failure that asked for none`);
    }
  });
  // An attempt that was stopped while it waited for a slot ends without having started.
  const unstarted = failed.filter(
    (event) => event.error.code === "attempt-cancelled" && !event.unsure,
  ).length;
  const open = started.length - failed.length - lost.length - (completed ? 1 : 0);
  if (open > 0 || open < -unstarted)
    faults.push(`'${path}' started ${started.length} times, ${open} still open`);
  return faults;
}
