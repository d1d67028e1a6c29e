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
}

/** An alert that fires. */
export interface ActiveAlert extends Omit<AlertChange, "state"> {
  /** When it began to, in epoch milliseconds. */
  readonly since: number;
}
