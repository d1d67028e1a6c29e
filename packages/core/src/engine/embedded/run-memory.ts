/**
 * What is known of a run while it is in memory, and reading it from the run's history: the completions in their order,
 * and what was begun or sent without having completed. Reads events only, no payloads.
 */
import type { RunChoice } from "../../delegation/choice.ts";
import type { Admission, Event, Fact, Usage } from "../../delegation/event.ts";
import type { Path } from "../../delegation/path.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import type { Completion } from "../engine.ts";
import { isFinished, LoopMemory } from "./loop-memory.ts";
import { keepSignal, takeSignal, type SentSignal } from "./mailbox.ts";
import { NO_USAGE, usageIn, usedWith } from "./run-usage.ts";
import type { RunKey, Store } from "../store.ts";

const NO_SEALED: readonly PayloadId[] = [];
const NO_PLACES: readonly string[] = [];

/**
 * New, the state of a run that has only started. Its collections are made when something comes into them: a plain run
 * needs none, and seven cost 1 KB.
 */
export class RunMemory {
  seq: number = 0;
  /** In the order of the log; emptied when the walk has repeated them all. */
  readonly completions: Completion[] = [];
  /** Paths of attempts that began and have not completed. */
  begun: Set<Path> | undefined;
  /** Paths of waits that began and have not completed. */
  waits: Set<Path> | undefined;
  /** Notes already in the log. */
  notes: Set<string> | undefined;
  substeps: Map<Path, Map<string, PayloadId | undefined>> | undefined;
  signals: Map<Path, SentSignal[]> | undefined;
  signalKeys: Set<string> | undefined;
  /** Children that were started and have not ended, by path. */
  children: Map<Path, string> | undefined;
  /** The places the run takes up while it works. */
  places: readonly string[] = NO_PLACES;
  /** Before it the run did not want to begin. */
  notBefore: number | undefined;
  /** Those that its pattern was chosen by. */
  features: Readonly<Record<string, number>> | undefined;
  /** The loop whose finished iterations are not read. */
  loop: LoopMemory | undefined;
  /** What was last said of it, 0 to 1. */
  feedback: number | undefined;
  cancelRequested: boolean = false;
  paused: boolean = false;
  stranded: boolean = false;
  logLines: number = 0;
  /** What it has used so far. */
  usage: Usage = NO_USAGE;
  logBytes: number = 0;
  /** Since it is in memory. */
  logDropped: number = 0;
  /** Values in which secrets are sealed that the run knows. */
  sealed: readonly PayloadId[] = NO_SEALED;
  /** Those secrets; undefined until somebody asked for them. */
  secrets: Set<string> | undefined;
}

const PAGE_EVENTS = 1_000;

/** Where a loop may have noted how far it is: so many events from the end, then more. */
const TAILS: readonly number[] = [32, 512];

/** Reads the run's history, a page at a time, but for the finished iterations of a loop. */
export function remember(store: Store, key: RunKey): RunMemory {
  const memory = new RunMemory();
  const last = findLastPoint(store, key);
  const { finished = [], logLines = 0, logBytes = 0 } = last ?? {};
  for (let index = 0; index < finished.length; index += 2) {
    read(store, key, memory, (finished[index] ?? 1) - 1, last);
    memory.seq = finished[index + 1] ?? memory.seq;
  }
  if (last) {
    read(store, key, memory, last.seq, last);
    memory.loop = new LoopMemory(last, finished, last.seq);
    memory.logLines = logLines;
    memory.usage = usageIn(last);
    memory.logBytes = logBytes;
  }
  read(store, key, memory, Infinity);
  return memory;
}

/** Takes the events up to `lastSeq`, and with it, but for those of iterations that had ended at `point`. */
function read(store: Store, key: RunKey, memory: RunMemory, lastSeq: number, point?: LastPoint): void {
  while (memory.seq < lastSeq) {
    const limit = Math.min(PAGE_EVENTS, lastSeq - memory.seq);
    const page = store.history(key, memory.seq, limit);
    for (const event of page) {
      if (point && isFinished(point, event)) memory.seq = event.seq;
      else take(memory, event);
    }
    if (page.length < limit) return;
  }
}

function findLastPoint(store: Store, key: RunKey): LastPoint | undefined {
  const lastSeq = store.lastEvent(key)?.seq ?? 0;
  for (const events of TAILS) {
    // A short history is read faster than searched.
    if (lastSeq <= events) return undefined;
    const found = store.history(key, lastSeq - events, events).findLast(isPoint);
    if (found) return found;
  }
  return undefined;
}

type LastPoint = Event & Extract<Fact, { readonly kind: "loop-advanced" }>;

function isPoint(event: Event): event is LastPoint {
  return event.kind === "loop-advanced";
}

/** Names a note so that it is written once. */
export function noteKey(kind: string, path: Path): string {
  return `${kind} ${path}`;
}

function take(memory: RunMemory, event: Event): void {
  memory.seq = event.seq;
  memory.loop?.see(event);
  if (isCompletion(event)) {
    memory.completions.push(event);
    if (event.path !== undefined) memory.begun?.delete(event.path);
  }
  memory.usage = usedWith(memory.usage, event);
  switch (event.kind) {
    case "attempt-started":
      (memory.begun ??= new Set()).add(event.path);
      return;
    case "step-completed":
      memory.substeps?.delete(event.path);
      return;
    case "child-started":
      (memory.children ??= new Map()).set(event.path, event.child);
      return;
    case "child-ended":
      memory.children?.delete(event.path);
      return;
    case "run-paused":
    case "run-resumed":
      memory.paused = event.kind === "run-paused";
      return;
    case "feedback-given":
      memory.feedback = event.score;
      return;
    case "run-started":
      takeStart(memory, event);
      return;
    case "cancel-requested":
      memory.cancelRequested = true;
      return;
    case "signal-sent":
      keepSignal(memory, event.path, event.key, event.answer);
      return;
    case "signal-received":
    case "timer-fired":
      if (event.kind === "signal-received") takeSignal(memory, event.path);
      memory.waits?.delete(event.path);
      return;
    case "substep-completed":
      substepsOf(memory, event.path).set(event.name, event.output);
      return;
    case "wait-started":
      (memory.waits ??= new Set()).add(event.path);
      (memory.notes ??= new Set()).add(noteKey(event.kind, event.path));
      return;
    case "loop-advanced":
    case "phase-started":
    case "phase-ended":
    case "level-ended":
      (memory.notes ??= new Set()).add(noteKey(event.kind, event.path));
      return;
    case "run-stranded":
    case "run-unstranded":
      memory.stranded = event.kind === "run-stranded";
      return;
    case "step-logged":
      memory.logLines++;
      memory.logBytes += Buffer.byteLength(event.message);
      return;
    case "secrets-sealed":
      memory.sealed = [...memory.sealed, event.payload];
      return;
    default:
      return;
  }
}

/** What the beginning of a run says of it. */
interface Beginning {
  readonly admission?: Admission | undefined;
  readonly choice?: RunChoice | undefined;
}

/** The state of a run that has only started. */
export function newMemory(beginning: Beginning): RunMemory {
  const memory = new RunMemory();
  takeStart(memory, beginning);
  return memory;
}

function takeStart(memory: RunMemory, { admission, choice }: Beginning): void {
  memory.places = admission?.places ?? NO_PLACES;
  memory.notBefore = admission?.notBefore;
  memory.features = choice?.features;
}

const COMPLETIONS: { readonly [Kind in Completion["kind"]]: true } = {
  "step-completed": true,
  "attempt-failed": true,
  "attempt-lost": true,
  "value-recorded": true,
  "value-failed": true,
  "timer-fired": true,
  "signal-received": true,
  "child-ended": true,
  "cancel-requested": true,
};

/** Whether the event answers a command of the walk. */
export function isCompletion(event: Event): event is Completion {
  return Object.hasOwn(COMPLETIONS, event.kind);
}

/** The state of a run that goes on with the history of another one. */
export function joined({ completions, notes, loop, sealed }: RunMemory, own: RunMemory): RunMemory {
  return Object.assign(new RunMemory(), own, {
    completions: [...completions, ...own.completions],
    notes: new Set([...(notes ?? []), ...(own.notes ?? [])]),
    sealed: [...sealed, ...own.sealed],
    loop,
  });
}

/** The finished sub-steps of the step at `path`. */
export function substepsOf(memory: RunMemory, path: Path): Map<string, PayloadId | undefined> {
  const all = (memory.substeps ??= new Map<Path, Map<string, PayloadId | undefined>>());
  let substeps = all.get(path);
  if (!substeps) all.set(path, (substeps = new Map<string, PayloadId | undefined>()));
  return substeps;
}
