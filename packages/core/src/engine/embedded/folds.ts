/**
 * Folds over the log that run after the commit: each is fed every event once, in order. Lazy ones are fed many at a time:
 * a few events after each commit find nothing of what they need in the processor's caches, and cost twice as much.
 *
 * Invariants: (F1) a fold's state is that of its checkpoint plus the events after it, or, where
 * some of those were trimmed before it saw them, of the events that are left, and it says since when it knows; (F2) one that throws is parked:
 * it is reported, fed nothing more, and disturbs nobody; (F3) once states were taken over from the log's owner, a fold
 * of his is never fed here: its state is always one that his was in; (F4) one whose state can't be saved is reported once
 * and fed on, and disturbs nobody either; (F5) whoever reads a fold, its checkpoint or its position finds everything
 * applied that is committed.
 */
import type { Event, EventKind } from "../../delegation/event.ts";
import type { Checkpoint, Fold, FoldReader } from "../../delegation/fold.ts";
import { ReeveError } from "../../errors.ts";
import type { Store } from "../store.ts";
import { Followed } from "./followed.ts";
import { RunPatterns } from "./run-patterns.ts";

const PAGE_EVENTS = 2_000;
/** So many are applied to lazy folds at once, in half a millisecond. */
const WAITING_EVENTS_MAX = 1_000;

export interface FoldHost {
  readonly store: Store;
  saveCheckpoint(checkpoint: Checkpoint): void;
  report(problem: { readonly what: string; readonly error: unknown }): void;
}

/** What a fold is without its state. */
type AnyFollowed = Omit<Followed<unknown>, "reader">;
type Taking = readonly AnyFollowed[];
/** When folds are fed. */
type Pace = "prompt" | "lazy";

export type Watcher = (events: readonly Event[]) => void;

/** Who is told of events at one pace, and up to which position they were. */
interface Watching {
  readonly watchers: Set<Watcher>;
  to: number;
}

export class Folds {
  readonly #host: FoldHost;
  /** Fed with what is committed, or read. */
  readonly #fed = new Map<string, AnyFollowed>();
  /** The same by the kinds of events that they take; made when an event of the kind comes. */
  readonly #takers = { prompt: new Map<EventKind, Taking>(), lazy: new Map<EventKind, Taking>() };
  #lazy = 0;
  /** Committed, and not applied to lazy folds yet. */
  #waiting: (readonly Event[])[] = [];
  #waitingEvents = 0;
  /** Handed over by the log's owner, and followed by nobody here yet. */
  readonly #adopted = new Map<string, Checkpoint>();
  readonly #adopting = new Map<string, AnyFollowed>();
  /** By name: who follows with the same version of a fold again is handed the same state. */
  readonly #readers = new Map<string, Versioned<unknown>>();
  readonly #patterns: RunPatterns;
  readonly #watching: { readonly [pace in Pace]: Watching } = {
    prompt: { watchers: new Set(), to: 0 },
    lazy: { watchers: new Set(), to: 0 },
  };
  /** Whose states can't be put down. */
  readonly #unkept = new Set<AnyFollowed>();

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
    const settle = (): void => this.#settle();
    // What waits is for the folds that are there already; this one reads it.
    settle();
    const adopted = this.#adopted.get(fold.name);
    if (adopted?.version === fold.version) {
      const followed = new Followed(fold, adopted, 0, settle);
      this.#adopted.delete(fold.name);
      this.#adopting.set(fold.name, followed);
      return followed.reader;
    }
    const saved = store.checkpoint(fold.name);
    const trimmed = store.trimmed().position;
    // Going on from before events that were trimmed, it would know beginnings of runs whose end it never sees. What is
    // left is whole runs.
    const usable = saved?.version === fold.version && saved.position >= trimmed ? saved : undefined;
    const followed = new Followed(fold, usable, trimmed, settle);
    this.#add(fold.name, followed);
    this.catchUp();
    return followed.reader;
  }

  /**
   * Is told each batch that is committed, or read of another process's, from now on; where that is lazy, when lazy folds are
   * fed. @returns stops that
   */
  watch(watcher: Watcher, { lazy = false }: { readonly lazy?: boolean } = {}): () => void {
    const watching = this.#watching[lazy ? "lazy" : "prompt"];
    this.#settle();
    if (watching.watchers.size === 0) watching.to = this.#host.store.highest().position;
    watching.watchers.add(watcher);
    return () => watching.watchers.delete(watcher);
  }

  /** Feeds what was committed by this process. */
  committed(events: readonly Event[]): void {
    if (this.#fed.size > 0) {
      this.#feed([events], "prompt", this.#lazy === 0);
      this.#saveDue("prompt");
    }
    if (this.#lazy > 0 || this.#watching.lazy.watchers.size > 0) this.#wait(events);
    this.#tell(events, "prompt");
  }

  #wait(events: readonly Event[]): void {
    this.#waiting.push(events);
    this.#waitingEvents += events.length;
    if (this.#waitingEvents >= WAITING_EVENTS_MAX) this.#settle();
  }

  /** Applies to lazy folds what waits for that. */
  #settle(): void {
    if (this.#waitingEvents === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingEvents = 0;
    this.#feed(waiting, "lazy", true);
    for (const events of waiting) this.#tell(events, "lazy");
    this.#saveDue("lazy");
  }

  /** Feeds what is in the store and was not fed yet. Each page is read once, for all folds that have not seen all of it. */
  catchUp(): void {
    const { store } = this.#host;
    const watching = Object.values(this.#watching);
    for (;;) {
      const seen = Array.from(this.#fed.values(), ({ position }) => position);
      for (const { watchers, to } of watching) if (watchers.size > 0) seen.push(to);
      if (seen.length === 0) return;
      const page = store.eventsAfter(Math.min(...seen), PAGE_EVENTS);
      // Asked after the page was read: another process may trim at any time.
      const trimmed = store.trimmed().position;
      for (const followed of this.#fed.values())
        if (followed.position < trimmed && followed.since < trimmed) followed.missed(trimmed);
      this.#feed([page], "prompt", false);
      this.#feed([page], "lazy", true);
      this.#tell(page, "prompt");
      this.#tell(page, "lazy");
      if (page.length < PAGE_EVENTS) return;
    }
  }

  /** The states of all folds that are past the position given for them. */
  statesAfter(positions: ReadonlyMap<string, number>): readonly Checkpoint[] {
    this.#settle();
    return [...this.#fed]
      .filter(([name, { position }]) => position > (positions.get(name) ?? -1))
      .flatMap(([, followed]) => this.#put(followed, () => followed.checkpoint()) ?? []);
  }

  /** Takes states over from the log's owner; what he does not follow is still read here. */
  adopt(states: readonly Checkpoint[]): void {
    for (const state of states) {
      const followed = this.#adopting.get(state.fold) ?? this.#fed.get(state.fold);
      if (!followed?.isVersionOf(state)) {
        this.#adopted.set(state.fold, state);
        continue;
      }
      followed.take(state);
      this.#adopting.set(state.fold, followed);
      this.#remove(state.fold);
    }
  }

  /** Checkpoints of all folds that have none on disk which has seen everything up to this position. */
  checkpointsUpTo(position: number): readonly Checkpoint[] {
    this.#settle();
    return Array.from(
      this.#fed.values(),
      (followed) => this.#put(followed, () => followed.checkpointUpTo(position)) ?? [],
    ).flat();
  }

  /** These checkpoints are on disk. */
  covered(checkpoints: readonly Checkpoint[]): void {
    for (const { fold, position } of checkpoints) this.#fed.get(fold)?.covered(position);
  }

  saveAll(): void {
    this.#settle();
    this.#saveDue("all");
  }

  #saveDue(which: Pace | "all"): void {
    const force = which === "all";
    for (const followed of this.#fed.values()) {
      if (!force && followed.isLazy !== (which === "lazy")) continue;
      const checkpoint = this.#put(followed, () => followed.dueCheckpoint(force));
      if (checkpoint) this.#host.saveCheckpoint(checkpoint);
    }
  }

  /** The checkpoint, if there is one: a state that is no JSON must not keep others from being saved, or runs from going on. */
  #put(followed: AnyFollowed, make: () => Checkpoint | undefined): Checkpoint | undefined {
    if (this.#unkept.has(followed)) return undefined;
    try {
      return make();
    } catch (error) {
      // ignore: who follows the fold is told once; it is fed on, and begins anew at the next start
      this.#unkept.add(followed);
      const what = `the state of fold '${this.#nameOf(followed)}' can't be saved`;
      this.#host.report({ what, error });
      return undefined;
    }
  }

  #nameOf(followed: AnyFollowed): string {
    return [...this.#fed].find(([, one]) => one === followed)?.[0] ?? "";
  }

  #tell(events: readonly Event[], pace: Pace): void {
    const watching = this.#watching[pace];
    const last = events.at(-1)?.position ?? 0;
    if (watching.watchers.size === 0 || last <= watching.to) return;
    const isNew = (events[0]?.position ?? 0) > watching.to;
    const news = isNew ? events : events.filter(({ position }) => position > watching.to);
    watching.to = last;
    for (const watcher of watching.watchers) watcher(news);
  }

  /**
   * Each event goes to the folds that take its kind and have not seen it, one fold after the other; one that throws is
   * parked. Events are looked at once for everything: by then the processor's caches have lost most of them.
   * @param isLast no fold is fed these events later
   */
  #feed(batches: readonly (readonly Event[])[], pace: Pace, isLast: boolean): void {
    const last = batches.at(-1)?.at(-1);
    if (!last) return;
    let count = 0;
    const ended: string[] = [];
    for (const events of batches) {
      count += events.length;
      for (const event of events) {
        if (event.kind === "run-started") {
          if (pace === "prompt") this.#patterns.begin(event.run, event.pattern);
        } else if (isLast && event.kind === "run-ended") ended.push(event.run);
        for (const followed of this.#takersOf(event.kind, pace)) followed.put(event);
      }
    }
    for (const [name, followed] of this.#fed) {
      if (followed.isLazy !== (pace === "lazy")) continue;
      try {
        followed.applyDue(this.#patterns.of);
        if (last.position > followed.position) followed.reached(last.position, count);
      } catch (error) {
        // ignore: who follows the fold is told, and nobody else is disturbed
        this.#remove(name);
        this.#host.report({ what: `fold '${name}' is parked at position ${followed.position}`, error });
      }
    }
    for (const run of ended) this.#patterns.end(run);
  }

  #takersOf(kind: EventKind, pace: Pace): Taking {
    const known = this.#takers[pace].get(kind);
    if (known) return known;
    const isLazy = pace === "lazy";
    const takers = [...this.#fed.values()].filter((one) => one.isLazy === isLazy && one.takes(kind));
    this.#takers[pace].set(kind, takers);
    return takers;
  }

  #add(name: string, followed: AnyFollowed): void {
    this.#fed.set(name, followed);
    this.#changed();
  }

  #remove(name: string): void {
    this.#fed.delete(name);
    this.#changed();
  }

  #changed(): void {
    this.#takers.prompt.clear();
    this.#takers.lazy.clear();
    this.#lazy = [...this.#fed.values()].filter(({ isLazy }) => isLazy).length;
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
