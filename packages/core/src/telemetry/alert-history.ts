/**
 * A fold: when alerts fired and were resolved, the latest. Which fire now is said by the controls of the log.
 *
 * Invariant: bounded: at most `EPISODES_MAX`; those that began first go first.
 */
import type { AlertChange } from "../delegation/alert.ts";
import type { Event } from "../delegation/event.ts";
import type { Fold } from "../delegation/fold.ts";

const EPISODES_MAX = 1_000;

/** One time that an alert fired. */
export interface AlertEpisode extends Omit<AlertChange, "state"> {
  /** Epoch milliseconds. */
  readonly firedAt: number;
  /** Of the event that said so. */
  readonly position: number;
  /** Absent while it fires. */
  readonly resolvedAt?: number;
  /** Why it was resolved, in one sentence. */
  readonly resolution?: string;
}

/** The state of the fold `alertHistory`. */
export interface AlertHistory {
  /** The latest last. */
  readonly episodes: AlertEpisode[];
}

export const alertHistory: Fold<AlertHistory> = {
  name: "alert-history",
  version: 1,
  kinds: ["alert-changed"],
  initial: () => ({ episodes: [] }),
  apply: (state, event) => {
    if (event.kind === "alert-changed") take(state.episodes, event);
    return state;
  },
};

/** The latest first. */
export function latestEpisodes({ episodes }: AlertHistory): readonly AlertEpisode[] {
  return episodes.toReversed();
}

function take(episodes: AlertEpisode[], event: Event & { readonly kind: "alert-changed" }): void {
  const { alert, state, severity, summary, pattern, example, at, position } = event;
  if (state === "firing") {
    const about = { ...(pattern !== undefined && { pattern }), ...(example !== undefined && { example }) };
    episodes.push({ alert, severity, summary, ...about, firedAt: at, position });
    if (episodes.length > EPISODES_MAX) episodes.shift();
    return;
  }
  const index = episodes.findLastIndex((one) => one.alert === alert && one.resolvedAt === undefined);
  const open = episodes[index];
  // One that fired longest may be gone by now.
  if (open) episodes[index] = { ...open, resolvedAt: at, resolution: summary };
}
