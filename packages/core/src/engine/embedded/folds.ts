/**
 * Folds over the log that run after the commit: each is fed every event once, in order.
 *
 * Invariants: (F1) a fold's state is that of its checkpoint plus the events after it; (F2) one that throws is parked:
 * it is reported, fed nothing more, and disturbs nobody.
 */
import type { Event } from "../../delegation/event.ts";
import type { Fold, FoldReader } from "../engine.ts";
import type { Checkpoint, Store } from "../store.ts";

const PAGE_EVENTS = 2_000;
/** A checkpoint is written when a fold is so many events past its last one, and when the engine closes. */
const CHECKPOINT_EVENTS = 10_000;

export interface FoldHost {
  readonly store: Store;
  saveCheckpoint(checkpoint: Checkpoint): void;
  report(problem: { readonly what: string; readonly error: unknown }): void;
}

/** A fold with its state; `State` is known only to whoever registered it. */
interface Followed {
  apply(event: Event): void;
  checkpoint(force: boolean): Checkpoint | undefined;
  position(): number;
}

export class Folds {
  readonly #host: FoldHost;
  readonly #followed = new Map<string, Followed>();

  constructor(host: FoldHost) {
    this.#host = host;
  }

  /** Catches up with the log and follows it from there. */
  follow<State>(fold: Fold<State>): FoldReader<State> {
    const saved = this.#host.store.checkpoint(fold.name);
    const usable = saved?.version === fold.version ? saved : undefined;
    // The state was written by this version of the fold, as JSON.
    let state = usable ? (JSON.parse(usable.state) as State) : fold.initial();
    let position = usable?.position ?? 0;
    let savedAt = position;
    let counted = 0;
    const followed: Followed = {
      apply: (event) => {
        state = fold.apply(state, event);
        position = event.position;
        counted++;
      },
      checkpoint: (force) => {
        if (position === savedAt || (!force && counted < CHECKPOINT_EVENTS)) return undefined;
        savedAt = position;
        counted = 0;
        return { fold: fold.name, version: fold.version, position, state: JSON.stringify(state) };
      },
      position: () => position,
    };
    this.#followed.set(fold.name, followed);
    this.catchUp();
    return { state: () => state, position: () => position };
  }

  /** Feeds what was committed by this process. */
  committed(events: readonly Event[]): void {
    for (const [name, followed] of this.#followed) {
      if (!this.#feed(name, followed, events)) continue;
      const checkpoint = followed.checkpoint(false);
      if (checkpoint) this.#host.saveCheckpoint(checkpoint);
    }
  }

  /** Feeds what is in the store and was not fed yet. */
  catchUp(): void {
    for (const [name, followed] of this.#followed) {
      for (;;) {
        const page = this.#host.store.eventsAfter(followed.position(), PAGE_EVENTS);
        if (!this.#feed(name, followed, page) || page.length < PAGE_EVENTS) break;
      }
    }
  }

  saveAll(): void {
    for (const followed of this.#followed.values()) {
      const checkpoint = followed.checkpoint(true);
      if (checkpoint) this.#host.saveCheckpoint(checkpoint);
    }
  }

  /** False when the fold threw and is parked. */
  #feed(name: string, followed: Followed, events: readonly Event[]): boolean {
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
