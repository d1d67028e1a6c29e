/** What every log must be like, whatever happened: held after each test of the suite. */
import assert from "node:assert/strict";
import type { Event } from "../../delegation/event.ts";
import { LATE_KINDS } from "../../delegation/late-kinds.ts";

/** What one run's events so far say. */
interface Told {
  seq: number;
  ended: boolean;
  readonly completed: Set<string>;
  readonly signalKeys: Set<string>;
}

/**
 * Positions grow; each run's events are numbered without a gap (E11); it begins once and ends at most once, and only
 * an attempt's late end and feedback may follow (E5); no step begins or ends after it completed (E1); no key counts twice (E8).
 */
export function assertSound(events: readonly Event[]): void {
  const runs = new Map<string, Told>();
  let position = 0;
  for (const event of events) {
    assert.ok(event.position > position, `position ${event.position} comes after ${position}`);
    position = event.position;
    let told = runs.get(event.run);
    if (!told)
      runs.set(event.run, (told = { seq: 0, ended: false, completed: new Set(), signalKeys: new Set() }));
    take(told, event);
  }
}

function take(told: Told, event: Event): void {
  const what = `${event.kind} at '${event.path ?? ""}' of run '${event.run}'`;
  assert.equal(event.seq, ++told.seq, `${what}: its number`);
  assert.equal(event.kind === "run-started", event.seq === 1, `${what}: its place`);
  assert.ok(!told.ended || LATE_KINDS.has(event.kind), `${what} follows the run's end`);
  switch (event.kind) {
    case "attempt-started":
    case "step-completed":
    case "attempt-failed":
    case "attempt-lost":
      assert.ok(!told.completed.has(event.path), `${what} follows the step's completion`);
      if (event.kind === "step-completed") told.completed.add(event.path);
      return;
    case "signal-sent":
      assert.ok(!told.signalKeys.has(`${event.path} ${event.key}`), `${what}: its key was used`);
      told.signalKeys.add(`${event.path} ${event.key}`);
      return;
    case "run-ended":
      told.ended = true;
      return;
    default:
  }
}
