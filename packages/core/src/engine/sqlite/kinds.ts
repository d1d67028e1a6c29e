/**
 * The numbers that stand for kinds of events in the file: 1 byte instead of 15 per event. They are part of the file
 * format: a number is never changed or used again, a new kind takes the next one.
 */
import type { EventKind } from "../../delegation/event.ts";

const CODES: Readonly<Record<EventKind, number>> = {
  "run-started": 1,
  "attempt-started": 2,
  "step-completed": 3,
  "attempt-failed": 4,
  "attempt-lost": 5,
  "attempt-ended-late": 6,
  "value-recorded": 7,
  "value-failed": 8,
  "timer-fired": 9,
  "wait-started": 10,
  "signal-sent": 11,
  "signal-received": 12,
  "cancel-requested": 14,
  "substep-completed": 15,
  "step-progressed": 16,
  "step-logged": 17,
  "phase-started": 18,
  "phase-ended": 19,
  "run-stranded": 20,
  "run-unstranded": 21,
  "run-ended": 22,
  "run-admitted": 23,
  "run-paused": 24,
  "run-resumed": 25,
  "child-started": 26,
  "child-ended": 27,
  "pattern-paused": 28,
  "pattern-resumed": 29,
  "agent-paused": 30,
  "agent-resumed": 31,
  "schedule-set": 32,
  "schedule-removed": 33,
  "loop-advanced": 34,
  "secrets-sealed": 35,
  "feedback-given": 36,
  "level-ended": 37,
  "resources-sampled": 38,
  "context-changed": 40,
  "signal-refused": 41,
  "profile-activated": 42,
  "alert-changed": 43,
  "alert-silenced": 44,
  "silence-ended": 45,
  "alert-receivers-set": 46,
  "alert-delivery-tried": 47,
  "breaker-changed": 48,
};

const KINDS: ReadonlyMap<number, string> = new Map(Object.entries(CODES).map(([kind, code]) => [code, kind]));

export function codeOfKind(kind: EventKind): number {
  return CODES[kind];
}

/** Undefined for a number this version does not know. */
export function kindOfCode(code: number): string | undefined {
  return KINDS.get(code);
}
