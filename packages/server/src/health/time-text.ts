/** Points in time and durations in the sentences that people on call read. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** "since 14:03 UTC"; of another day with its date. */
export function sinceText(at: number, now: number): string {
  return `since ${momentText(at, now)}`;
}

/** "14:03 UTC"; of another day with its date. */
export function momentText(at: number, now: number): string {
  const text = new Date(at).toISOString();
  const isToday = text.slice(0, 10) === new Date(now).toISOString().slice(0, 10);
  return `${isToday ? "" : `${text.slice(0, 10)} `}${text.slice(11, 16)} UTC`;
}

/** Such as "12 s" or "3 h". */
export function spanText(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  return ms < 2 * DAY_MS ? `${Math.floor(ms / HOUR_MS)} h` : `${Math.floor(ms / DAY_MS)} days`;
}
