/** Durations and sizes in the summaries of alerts. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Such as "850 ms", "12 s", "7 min" or "3 h". */
export function spanText(ms: number): string {
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`;
  if (ms < 2 * MINUTE_MS) return `${tidy(ms / SECOND_MS)} s`;
  return ms < 2 * HOUR_MS ? `${tidy(ms / MINUTE_MS)} min` : `${tidy(ms / HOUR_MS)} h`;
}

/** Such as "120 MB" or "1.5 GB". */
export function sizeText(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${tidy(bytes / 1e9)} GB`;
}

function tidy(value: number): string {
  return String(Number(value.toPrecision(value < 100 ? 2 : 3)));
}
