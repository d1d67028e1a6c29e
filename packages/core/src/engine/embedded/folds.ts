/**
 * Folds over the log that run after the commit: each is fed every event once, in order.
 *
 * Invariants: (F1) a fold's state is that of its checkpoint plus the events after it, or, where
 * some of those were trimmed before it saw them, of the events that are left, and it says since when it knows; (F2) one that throws is parked:
 * it is reported, fed nothing more, and disturbs nobody.
 */
import type { Event } from "../../delegation/event.ts";
import type { Fold, FoldReader } from "../../delegation/fold.ts";
import { ReeveError } from "../../errors.ts";
import type { Checkpoint, Store } from "../store.ts";
import { RunPatterns } from "./run-patterns.ts";

const PAGE_EVENTS = 2_000;
/** A checkpoint is written when a fold is so many events past its last one, and when the engine closes. */
const CHECKPOINT_EVENTS = 10_000;
/** A large state is written less often, so that checkpoints add no more characters than these to each event. */
const CHECKPOINT_CHARACTERS_PER_EVENT = 10;

export interface FoldHost {
  readonly store: Store;
  saveCheckpoint(checkpoint: Checkpoint): void;
  report(problem: { readonly what: string; readonly error: unknown }): void;
}

/** A fold with its state; `State` is known only to whoever registered it. */
interface Followed {
  apply(event: Event): void;
  /** When one is due, or there is news since the last one. */
  checkpoint(force: boolean): Checkpoint | undefined;
  /** Where the fold has none on disk, up to this position. */
  checkpointUpTo(position: number): Checkpoint | undefined;
  position(): number;
  since(): number;
  /** Events up to this position were trimmed before the fold saw them. */
  missed(position: number): void;
  /** So much of the fold is on disk. */
  covered(position: number): void;
}

export class Folds {
  readonly #host: FoldHost;
  readonly #followed = new Map<string, Followed>();
  /** By name: who follows with the same version of a fold again is handed the same state. */
  readonly #readers = new Map<string, Versioned<unknown>>();
  readonly #patterns: RunPatterns;

  constructor(host: FoldHost) {
    this.#host = host;
    this.#patterns = new RunPatterns((run) => host.store.runById(run));
  }

  /**
   * Catches up with the log and follows it from there.
   * @throws ReeveError `option-invalid` when another version of the fold is followed
   */
  follow<State>(fold: Fold<State>): FoldReader<State> {
    const followed = this.#readers.get(fold.name);
    // Name and version stand for one fold, as they do for its checkpoints.
    if (followed && isVersionOf(fold, followed)) return followed.reader;
    if (followed) {
      throw new ReeveError("option-invalid", `fold '${fold.name}' is followed in another version already`, {
        hint: "a log has one checkpoint per name: use one version of a fold at a time, or another name",
      });
    }
    const reader = this.#follow(fold);
    this.#readers.set(fold.name, { version: fold.version, reader });
    return reader;
  }

  #follow<State>(fold: Fold<State>): FoldReader<State> {
    const { store } = this.#host;
    const saved = store.checkpoint(fold.name);
    const trimmed = store.trimmed().position;
    // Going on from before events that were trimmed, it would know beginnings of runs whose end it never sees. What is
    // left is whole runs.
    const usable = saved?.version === fold.version && saved.position >= trimmed ? saved : undefined;
    let state = usable ? reviveState(fold, usable.state) : fold.initial();
    let position = usable?.position ?? 0;
    let since = usable ? (usable.since ?? 0) : trimmed;
    let savedAt = position;
    let coveredTo = position;
    let counted = 0;
    let dueAfter = CHECKPOINT_EVENTS;
    const take = (): Checkpoint => {
      const known = since > 0 ? { since } : {};
      const saved = JSON.stringify(fold.save ? fold.save(state) : state);
      dueAfter = Math.max(CHECKPOINT_EVENTS, saved.length / CHECKPOINT_CHARACTERS_PER_EVENT);
      return { fold: fold.name, version: fold.version, position, state: saved, ...known };
    };
    const followed: Followed = {
      apply: (event) => {
        state = fold.apply(state, event, this.#patterns.of);
        position = event.position;
        counted++;
      },
      checkpoint: (force) => {
        if (position === savedAt || (!force && counted < dueAfter)) return undefined;
        savedAt = position;
        counted = 0;
        return take();
      },
      checkpointUpTo: (wanted) => (coveredTo < wanted ? take() : undefined),
      position: () => position,
      since: () => since,
      missed: (upTo) => (since = upTo),
      covered: (upTo) => (coveredTo = upTo),
    };
    this.#followed.set(fold.name, followed);
    this.catchUp();
    return { state: () => state, position: () => position, since: () => since };
  }

  /** Feeds what was committed by this process. */
  committed(events: readonly Event[]): void {
    if (this.#followed.size === 0) return;
    this.#patterns.begin(events);
    for (const [name, followed] of this.#followed) {
      if (!this.#feed(name, followed, events)) continue;
      const checkpoint = followed.checkpoint(false);
      if (checkpoint) this.#host.saveCheckpoint(checkpoint);
    }
    this.#patterns.end(events);
  }

  /** Feeds what is in the store and was not fed yet. Each page is read once, for all folds that have not seen all of it. */
  catchUp(): void {
    const { store } = this.#host;
    while (this.#followed.size > 0) {
      const seen = Math.min(...Array.from(this.#followed.values(), (followed) => followed.position()));
      const page = store.eventsAfter(seen, PAGE_EVENTS);
      this.#patterns.begin(page);
      // Asked after the page was read: another process may trim at any time.
      const trimmed = store.trimmed().position;
      for (const [name, followed] of this.#followed) {
        if (followed.position() < trimmed && followed.since() < trimmed) followed.missed(trimmed);
        this.#feed(name, followed, page);
      }
      this.#patterns.end(page);
      if (page.length < PAGE_EVENTS) return;
    }
  }

  /** Checkpoints of all folds that have none on disk which has seen everything up to this position. */
  checkpointsUpTo(position: number): readonly Checkpoint[] {
    return Array.from(this.#followed.values(), (one) => one.checkpointUpTo(position) ?? []).flat();
  }

  /** These checkpoints are on disk. */
  covered(checkpoints: readonly Checkpoint[]): void {
    for (const { fold, position } of checkpoints) this.#followed.get(fold)?.covered(position);
  }

  saveAll(): void {
    for (const followed of this.#followed.values()) {
      const checkpoint = followed.checkpoint(true);
      if (checkpoint) this.#host.saveCheckpoint(checkpoint);
    }
  }

  /** False when the fold threw and is parked. */
  #feed(name: string, followed: Followed, events: readonly Event[]): boolean {
    if ((events.at(-1)?.position ?? 0) <= followed.position()) return true;
    try {
      for (const event of events) if (event.position > followed.position()) followed.apply(event);
      return true;
    } catch (error) {
      this.#followed.delete(name);
      this.#host.report({ what: `fold '${name}' is parked at position ${followed.position()}`, error });
      return false;
    }
  }
}

interface Versioned<State> {
  readonly version: number;
  readonly reader: FoldReader<State>;
}

/** @param followed by the fold's name */
function isVersionOf<State>(fold: Fold<State>, followed: Versioned<unknown>): followed is Versioned<State> {
  return followed.version === fold.version;
}

/** The state was written by this version of the fold, as JSON. */
function reviveState<State>(fold: Fold<State>, saved: string): State {
  const state: unknown = JSON.parse(saved);
  return fold.revive ? fold.revive(state) : (state as State);
}
