/** Reads lengths of time as people write them: `10m`, `1h30m`, `1.5 h`, `500ms`. */
import { usageError } from "./command-error.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const UNITS: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", SECOND_MS],
  ["sec", SECOND_MS],
  ["m", MINUTE_MS],
  ["min", MINUTE_MS],
  ["h", HOUR_MS],
  ["d", DAY_MS],
  ["w", 7 * DAY_MS],
]);
/** What is longer is a slip of the unit. */
const DURATION_MS_MAX = 3_660 * DAY_MS;
const HINT = "write a number with its unit, such as 30s, 10m, 1h30m or 2d (ms, s, m, h, d, w)";

/**
 * Milliseconds.
 * @param option the option's name, for messages.
 * @throws CommandError
 */
export function parseDuration(option: string, given: string): number {
  const text = given.trim().toLowerCase();
  const parts = Array.from(text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)\s*/gy));
  const read = parts.map(([part]) => part).join("");
  if (parts.length === 0 || read.length !== text.length) throw wrong(option, given);
  let durationMs = 0;
  for (const [, count, unit = ""] of parts) {
    const unitMs = UNITS.get(unit);
    if (unitMs === undefined) throw wrong(option, given, `'${unit}' is no unit`);
    durationMs += Number(count) * unitMs;
  }
  if (durationMs > DURATION_MS_MAX) throw wrong(option, given, "that is more than ten years");
  return Math.round(durationMs);
}

function wrong(option: string, given: string, why?: string): Error {
  const isBare = /^\s*\d+(\.\d+)?\s*$/.test(given);
  const reason = why ?? (isBare ? "its unit is missing" : undefined);
  return usageError(`${option} is '${given}'${reason === undefined ? "" : `: ${reason}`}`, HINT);
}

/** Whether the text is one, number and unit, that `parseDuration` takes. */
export function isDuration(text: string): boolean {
  return /^(?:\d+(?:\.\d+)?\s*(?:ms|s|sec|m|min|h|d|w)\s*)+$/i.test(text.trim());
}
