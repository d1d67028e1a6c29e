/** A fold with its state: what feeds it, saves it and hands it on need not know what the state is. */
import type { Event, EventKind } from "../../delegation/event.ts";
import type { Checkpoint, Fold, FoldReader, PatternOf } from "../../delegation/fold.ts";

/** A checkpoint is written when a fold is so many events past its last one, and when the engine closes. */
const CHECKPOINT_EVENTS = 10_000;
/** A large state is written less often, so that checkpoints add no more characters than these to each event. */
const CHECKPOINT_CHARACTERS_PER_EVENT = 10;

/** `State` is known only to whoever registered it. */
export class Followed<State> {
  readonly reader: FoldReader<State>;
  readonly #fold: Fold<State>;
  #state: State;
  #position = 0;
  #since = 0;
  #savedAt = 0;
  #coveredTo = 0;
  #counted = 0;
  #dueAfter = CHECKPOINT_EVENTS;
  /** Events to be applied next, in order. */
  #due: Event[] = [];

  /**
   * @param from where it goes on from; without it, it begins anew
   * @param trimmed events up to this position are gone; only what begins anew has missed them
   * @param settle called before it is read, so that what waits to be applied is
   */
  constructor(fold: Fold<State>, from: Checkpoint | undefined, trimmed: number, settle: () => void) {
    this.#fold = fold;
    this.#state = from ? this.#revived(from) : fold.initial();
    if (from) this.#goOnFrom(from);
    else this.#since = trimmed;
    const settled = <Value>(read: () => Value): Value => {
      settle();
      return read();
    };
    this.reader = {
      state: () => settled(() => this.#state),
      position: () => settled(() => this.#position),
      since: () => settled(() => this.#since),
    };
  }

  get isLazy(): boolean {
    return this.#fold.lazy === true;
  }

  get position(): number {
    return this.#position;
  }

  get since(): number {
    return this.#since;
  }

  isVersionOf(checkpoint: Checkpoint): boolean {
    return checkpoint.version === this.#fold.version;
  }

  /** Whether events of this kind are to be applied. */
  takes(kind: EventKind): boolean {
    return this.#fold.kinds?.includes(kind) ?? true;
  }

  /** Of events in order, each of a kind that it takes; what was seen before is left out. */
  put(event: Event): void {
    if (event.position > this.#position) this.#due.push(event);
  }

  /** Applies what was put. @throws what the fold throws; its position is that of the event before then */
  applyDue(patternOf: PatternOf): void {
    if (this.#due.length === 0) return;
    const due = this.#due;
    this.#due = [];
    const fold = this.#fold;
    for (const event of due) {
      try {
        this.#state = fold.apply(this.#state, event, patternOf);
      } catch (error) {
        this.#position = event.position - 1;
        throw error;
      }
    }
  }

  /** It was applied everything up to here, so many events. */
  reached(position: number, events: number): void {
    this.#position = position;
    this.#counted += events;
  }

  /** Goes on from a state that somebody else has come to. */
  take(checkpoint: Checkpoint): void {
    this.#state = this.#revived(checkpoint);
    this.#goOnFrom(checkpoint);
  }

  /** Events up to this position were trimmed before the fold saw them. */
  missed(position: number): void {
    this.#since = position;
  }

  /** So much of the fold is on disk. */
  covered(position: number): void {
    this.#coveredTo = position;
  }

  /** When one is due, or there is news since the last one. */
  dueCheckpoint(force: boolean): Checkpoint | undefined {
    if (this.#position === this.#savedAt || (!force && this.#counted < this.#dueAfter)) return undefined;
    this.#savedAt = this.#position;
    this.#counted = 0;
    const checkpoint = this.checkpoint();
    this.#dueAfter = Math.max(CHECKPOINT_EVENTS, checkpoint.state.length / CHECKPOINT_CHARACTERS_PER_EVENT);
    return checkpoint;
  }

  /** Where the fold has none on disk, up to this position. */
  checkpointUpTo(position: number): Checkpoint | undefined {
    return this.#coveredTo < position ? this.checkpoint() : undefined;
  }

  checkpoint(): Checkpoint {
    const { name, version, save } = this.#fold;
    const state = JSON.stringify(save ? save(this.#state) : this.#state);
    const known = this.#since > 0 ? { since: this.#since } : {};
    return { fold: name, version, position: this.#position, state, ...known };
  }

  #goOnFrom({ position, since = 0 }: Checkpoint): void {
    this.#position = position;
    this.#since = since;
    this.#savedAt = position;
    this.#coveredTo = position;
  }

  /** The state was written by this version of the fold, as JSON. */
  #revived({ state: text }: Checkpoint): State {
    const { revive } = this.#fold;
    const saved: unknown = JSON.parse(text);
    return revive ? revive(saved) : (saved as State);
  }
}
