/** What the log says of alerts: that one began to fire, or is resolved. */

/** How soon a person should look: at once, or in working hours. */
export type AlertSeverity = "page" | "ticket";

export interface AlertChange {
  /** Names the alert, such as `objective/checkout/1h`. */
  readonly alert: string;
  readonly state: "firing" | "resolved";
  readonly severity: AlertSeverity;
  /** One sentence for a person: what is wrong, with figures; of one that is resolved: why it is. */
  readonly summary: string;
  /** The pattern that it is about; absent where it is about none. */
  readonly pattern?: string;
  /** The id of a run that shows it. */
  readonly example?: string;
}

/** An alert that fires. */
export interface ActiveAlert extends Omit<AlertChange, "state"> {
  /** When it began to, in epoch milliseconds. */
  readonly since: number;
}

/** What keeps the news of alerts from being handed on for a while; alerts fire and are resolved as ever. */
export interface Silence {
  /** Names it. */
  readonly id: string;
  /** An alert, or the beginning of some, then a `*`: `stuck/orders`, `objective/checkout/*`, `*`. */
  readonly alert: string;
  readonly reason: string;
  readonly by: string;
  /** When it was set, and when it ends by itself, in epoch milliseconds. */
  readonly at: number;
  readonly until: number;
}

/** The silence in force that holds for the alert and ends last; undefined where there is none. */
export function silenceOf(alert: string, silences: Iterable<Silence>, now: number): Silence | undefined {
  let found: Silence | undefined;
  for (const silence of silences) {
    if (silence.until <= now || !isNamed(alert, silence.alert)) continue;
    if (!found || silence.until > found.until) found = silence;
  }
  return found;
}

function isNamed(alert: string, name: string): boolean {
  return name.endsWith("*") ? alert.startsWith(name.slice(0, -1)) : alert === name;
}
