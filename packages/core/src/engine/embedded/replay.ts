/**
 * What a run's history says to a walk that is repeated: the completions in their order, and what was begun or sent
 * without having completed. Reads events only, no payloads.
 */
import type { Event } from "../../delegation/event.ts";
import type { Path } from "../../delegation/path.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import type { Completion } from "../engine.ts";
import type { RunKey, Store } from "../store.ts";

/** A signal on disk that no step has received yet. */
export interface SentSignal {
  readonly answer: PayloadId | undefined;
}

export interface RunMemory {
  seq: number;
  /** In the order of the log; emptied when the walk has repeated them all. */
  readonly completions: Completion[];
  /** Paths of attempts that began and have not completed. */
  readonly begun: Set<Path>;
  /** Paths of waits that began and have not completed. */
  readonly waits: Set<Path>;
  /** Notes already in the log. */
  readonly notes: Set<string>;
  readonly substeps: Map<Path, Map<string, PayloadId | undefined>>;
  readonly signals: Map<Path, SentSignal[]>;
  readonly signalKeys: Set<string>;
  cancelRequested: boolean;
  stranded: boolean;
  logLines: number;
}

/** The state of a run that has only started. */
export function emptyMemory(): RunMemory {
  return {
    seq: 0,
    completions: [],
    begun: new Set(),
    waits: new Set(),
    notes: new Set(),
    substeps: new Map(),
    signals: new Map(),
    signalKeys: new Set(),
    cancelRequested: false,
    stranded: false,
    logLines: 0,
  };
}

const PAGE_EVENTS = 1_000;

/** Reads the run's whole history, a page at a time. */
export function remember(store: Store, key: RunKey): RunMemory {
  const memory = emptyMemory();
  for (;;) {
    const page = store.history(key, memory.seq, PAGE_EVENTS);
    for (const event of page) take(memory, event);
    if (page.length < PAGE_EVENTS) return memory;
  }
}

/** Names a note so that it is written once. */
export function noteKey(kind: string, path: Path): string {
  return `${kind} ${path}`;
}

/** Names a signal so that sending it twice counts once. */
export function signalKey(path: Path, key: string): string {
  return `${path}\n${key}`;
}

function take(memory: RunMemory, event: Event): void {
  memory.seq = event.seq;
  switch (event.kind) {
    case "attempt-started":
      memory.begun.add(event.path);
      return;
    case "step-completed":
    case "attempt-failed":
    case "attempt-lost":
      memory.begun.delete(event.path);
      if (event.kind === "step-completed") memory.substeps.delete(event.path);
      memory.completions.push(event);
      return;
    case "value-recorded":
    case "value-failed":
      memory.completions.push(event);
      return;
    case "timer-fired":
      memory.waits.delete(event.path);
      memory.completions.push(event);
      return;
    case "cancel-requested":
      memory.cancelRequested = true;
      memory.completions.push(event);
      return;
    case "signal-sent":
      takeSignal(memory, event.path, event.key, event.answer);
      return;
    case "signal-received":
      memory.signals.get(event.path)?.shift();
      memory.waits.delete(event.path);
      memory.completions.push(event);
      return;
    case "substep-completed":
      substepsOf(memory, event.path).set(event.name, event.output);
      return;
    case "wait-started":
      memory.waits.add(event.path);
      memory.notes.add(noteKey(event.kind, event.path));
      return;
    case "phase-started":
    case "phase-ended":
      memory.notes.add(noteKey(event.kind, event.path));
      return;
    case "run-stranded":
    case "run-unstranded":
      memory.stranded = event.kind === "run-stranded";
      return;
    case "step-logged":
      memory.logLines++;
      return;
    case "run-started":
    case "attempt-ended-late":
    case "step-progressed":
    case "run-ended":
      return;
  }
}

/** Keeps a signal until a step receives it. */
export function takeSignal(memory: RunMemory, path: Path, key: string, answer: PayloadId | undefined): void {
  memory.signalKeys.add(signalKey(path, key));
  const waiting = memory.signals.get(path);
  if (waiting) waiting.push({ answer });
  else memory.signals.set(path, [{ answer }]);
}

/** The finished sub-steps of the step at `path`. */
export function substepsOf(memory: RunMemory, path: Path): Map<string, PayloadId | undefined> {
  let substeps = memory.substeps.get(path);
  if (!substeps) memory.substeps.set(path, (substeps = new Map<string, PayloadId | undefined>()));
  return substeps;
}
