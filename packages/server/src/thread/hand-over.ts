/**
 * What the server's thread is told of the log by the runtime's, so that no event is read, checked and parsed twice: the
 * states of folds, and which runs events were about. Costs nothing but a name per run while nobody asks.
 *
 * Invariants: (1) states and runs of one hand-over are of the same position; (2) putting states together takes at most
 * a twentieth of the runtime's time, however often it is asked for.
 */
import type { Checkpoint, Engine, Event } from "@reeve/core";
import { noteRuns, type News } from "../board/feed.ts";

/** News of the log with what its folds make of it. */
export interface Handed extends News {
  readonly states: readonly Checkpoint[];
}

/** More are not named, so that a server nobody asks takes no memory. */
const RUNS_MAX = 5_000;
/** By how much longer than it took states are not put together anew. */
const REST = 20;

export class HandOver {
  readonly #engine: Engine;
  readonly #now: () => number;
  readonly #stop: () => void;
  /** How far each fold was handed over. */
  readonly #handed = new Map<string, number>();
  #runs = new Map<string, boolean>();
  #areTooMany = false;
  #position = 0;
  #lastAt = 0;
  #notBefore = 0;

  /** @param now milliseconds of a clock that only goes on */
  constructor(engine: Engine, now: () => number = () => performance.now()) {
    this.#engine = engine;
    this.#now = now;
    // Nobody asks before states are put together, and then what waits was told.
    this.#stop = engine.watch((events) => this.#note(events), { lazy: true });
  }

  /** What happened since the last call. */
  take(): Handed {
    const startedAt = this.#now();
    if (startedAt < this.#notBefore) return { position: 0, lastAt: 0, runs: new Map(), states: [] };
    const states = this.#engine.foldStates(this.#handed);
    for (const { fold, position } of states) {
      this.#handed.set(fold, position);
      this.#position = Math.max(this.#position, position);
    }
    const runs = this.#areTooMany ? undefined : this.#runs;
    this.#runs = new Map();
    this.#areTooMany = false;
    const now = this.#now();
    this.#notBefore = now + (now - startedAt) * REST;
    return { position: this.#position, lastAt: this.#lastAt, runs, states };
  }

  close(): void {
    this.#stop();
  }

  #note(events: readonly Event[]): void {
    this.#lastAt = events.at(-1)?.at ?? this.#lastAt;
    this.#position = events.at(-1)?.position ?? this.#position;
    if (this.#areTooMany) return;
    noteRuns(this.#runs, events);
    if (this.#runs.size <= RUNS_MAX) return;
    this.#areTooMany = true;
    this.#runs.clear();
  }
}
