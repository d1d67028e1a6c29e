/** What `reeve doctor` finds. */

export interface Finding {
  /** A "warning" does not keep Reeve from working. */
  readonly level: "good" | "warning" | "problem";
  readonly what: string;
  /** What to do about it. */
  readonly remedy?: string;
}

export function good(what: string): Finding {
  return { level: "good", what };
}

export function warning(what: string, remedy: string): Finding {
  return { level: "warning", what, remedy };
}

export function problem(what: string, remedy: string | undefined): Finding {
  return { level: "problem", what, ...(remedy === undefined ? {} : { remedy }) };
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What an error says would help. */
export function hintOf(error: unknown): string | undefined {
  return error instanceof Error && "hint" in error && typeof error.hint === "string" ? error.hint : undefined;
}
