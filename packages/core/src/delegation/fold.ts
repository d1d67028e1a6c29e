/** Folds: whatever is known of the log is computed from its events, and can be thrown away and computed again. */
import type { Event, EventKind } from "./event.ts";

/** The pattern of a run whose events are in the log; undefined when the log does not know the run any more. */
export type PatternOf = (run: string) => string | undefined;

/** A function from events to a state. A change of `version` rebuilds it from the log. */
export interface Fold<State> {
  readonly name: string;
  readonly version: number;
  readonly initial: () => State;
  /** No other event changes the state, so no other is applied. @default all kinds */
  readonly kinds?: readonly EventKind[];
  /**
   * Events are applied many at a time, when the state is asked for or enough have come together: that costs half as
   * much. Not for folds with effects of their own, which would be late. @default false: after each commit
   */
  readonly lazy?: boolean;
  /**
   * May change and return the same state.
   * @param patternOf of the run that the event is of, so that a fold need not remember the runs that go on
   */
  readonly apply: (state: State, event: Event, patternOf?: PatternOf) => State;
  /** What a checkpoint keeps of the state, as JSON values. @default the state itself */
  readonly save?: (state: State) => unknown;
  /** The state that `save` gave, after it passed JSON. @default what JSON gives */
  readonly revive?: (saved: unknown) => State;
}

export interface FoldReader<State> {
  state(): State;
  /** The position of the last event applied. */
  position(): number;
  /** The position from which it has seen every event; 0: the whole log. Earlier ones were trimmed before it saw them. */
  since(): number;
}

/** The state of a fold at a position: what is kept in the log, and handed to readers in other threads. */
export interface Checkpoint {
  readonly fold: string;
  readonly version: number;
  readonly position: number;
  /** JSON. */
  readonly state: string;
  /** The position from which it has seen every event; without it, the whole log. */
  readonly since?: number;
}
