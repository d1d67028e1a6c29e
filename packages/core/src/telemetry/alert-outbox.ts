/**
 * A fold: which news of alerts each receiver is still owed, and how often it was tried to hand it on. That it follows from
 * the log alone is why a rebuild sends nothing again: what was handed on says so there.
 *
 * Invariants: (1) bounded: at most `OWED_MAX` changes per receiver, the oldest go first and are counted; (2) a receiver
 * that is new is owed what fires, not what has been; (3) what a receiver was told fires is known until its end is settled.
 */
import type { AlertChange } from "../delegation/alert.ts";
import type { Event } from "../delegation/event.ts";
import type { Fold } from "../delegation/fold.ts";

const OWED_MAX = 200;

/** A change that a receiver is owed. */
export interface OwedChange extends AlertChange {
  /** Of its event; names it for good. */
  readonly position: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** How often it was tried. */
  readonly attempts: number;
  /** When it was tried last, in epoch milliseconds. */
  readonly triedAt?: number;
}

/** What is known of one receiver. */
export interface ReceiverState {
  /** The earliest first. */
  owed: readonly OwedChange[];
  delivered: number;
  /** Given up after too many attempts, or for want of room. */
  givenUp: number;
  /** Alerts that it was told fire, and not yet that they are over. Absent: none. */
  told?: readonly string[];
  /** Why the last attempt failed; absent after one that did not. */
  error?: string;
}

/** The state of the fold `alertOutbox`, by receiver. */
export interface AlertOutbox {
  readonly receivers: Map<string, ReceiverState>;
  /** The change that says so, by the alert that fires. */
  readonly firing: Map<string, OwedChange>;
}

export const alertOutbox: Fold<AlertOutbox> = {
  name: "alert-outbox",
  version: 1,
  kinds: ["alert-changed", "alert-receivers-set", "alert-delivery-tried"],
  initial: () => ({ receivers: new Map(), firing: new Map() }),
  apply: (outbox, event) => {
    if (event.kind === "alert-changed") takeChange(outbox, event);
    else if (event.kind === "alert-receivers-set") takeReceivers(outbox, event.receivers);
    else if (event.kind === "alert-delivery-tried") takeAttempt(outbox, event);
    return outbox;
  },
  save: ({ receivers, firing }): SavedOutbox => ({ receivers: [...receivers], firing: [...firing] }),
  revive: (saved) => {
    const { receivers, firing } = Object.assign({ ...EMPTY }, saved);
    return { receivers: new Map(receivers), firing: new Map(firing) };
  },
};

interface SavedOutbox {
  readonly receivers: readonly (readonly [string, ReceiverState])[];
  readonly firing: readonly (readonly [string, OwedChange])[];
}

const EMPTY: SavedOutbox = { receivers: [], firing: [] };

function takeChange(
  { receivers, firing }: AlertOutbox,
  event: Event & { readonly kind: "alert-changed" },
): void {
  const { alert, state, severity, summary, pattern, position, at } = event;
  const about = pattern === undefined ? {} : { pattern };
  const change = { alert, state, severity, summary, ...about, position, at, attempts: 0 };
  if (state === "firing") firing.set(alert, change);
  else firing.delete(alert);
  for (const receiver of receivers.values()) {
    receiver.owed = [...receiver.owed, change];
    if (receiver.owed.length <= OWED_MAX) continue;
    settle(receiver, receiver.owed[0], "given-up");
  }
}

function takeReceivers({ receivers, firing }: AlertOutbox, names: readonly string[]): void {
  for (const name of receivers.keys()) if (!names.includes(name)) receivers.delete(name);
  for (const name of names) {
    if (receivers.has(name)) continue;
    receivers.set(name, { owed: [...firing.values()], delivered: 0, givenUp: 0 });
  }
}

function takeAttempt(
  { receivers }: AlertOutbox,
  { receiver: name, change, outcome, error, at }: Event & { readonly kind: "alert-delivery-tried" },
): void {
  const receiver = receivers.get(name);
  if (!receiver) return;
  if (outcome === "failed") {
    const tried = (one: OwedChange): OwedChange => ({ ...one, attempts: one.attempts + 1, triedAt: at });
    receiver.owed = receiver.owed.map((one) => (one.position === change ? tried(one) : one));
  } else {
    const settled = receiver.owed.find(({ position }) => position === change);
    settle(receiver, settled, outcome);
  }
  if (error !== undefined) receiver.error = error;
  else if (outcome === "delivered") delete receiver.error;
}

/** The receiver is owed a change no more. */
function settle(
  receiver: ReceiverState,
  change: OwedChange | undefined,
  outcome: "delivered" | "silenced" | "given-up",
): void {
  if (!change) return;
  receiver.owed = receiver.owed.filter((one) => one !== change);
  if (outcome === "delivered") receiver.delivered++;
  if (outcome === "given-up") receiver.givenUp++;
  const { alert, state } = change;
  const others = receiver.told?.filter((told) => told !== alert) ?? [];
  if (state === "resolved") receiver.told = others;
  else if (outcome === "delivered") receiver.told = [...others, alert];
}
