/** Lengths and points of time as people read them. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Such as "12 ms", "3.2 s", "2 min 5 s", "1 h 3 min", "2 d 4 h". */
export function durationText(durationMs: number): string {
  const ms = Math.max(0, Math.round(durationMs));
  if (ms < SECOND_MS) return `${ms} ms`;
  if (ms < 9_950) return `${(ms / SECOND_MS).toFixed(1)} s`;
  const seconds = Math.round(ms / SECOND_MS);
  if (seconds < 60) return `${seconds} s`;
  if (ms < HOUR_MS) return two(seconds, 60, "min", "s");
  const minutes = Math.round(ms / MINUTE_MS);
  if (ms < DAY_MS) return two(minutes, 60, "h", "min");
  return two(Math.round(ms / HOUR_MS), 24, "d", "h");
}

/** Whole seconds, for figures that are redrawn: what jumps every tenth of a second can't be read. */
export function secondsText(durationMs: number): string {
  return durationText(Math.max(0, Math.floor(durationMs / SECOND_MS) * SECOND_MS)).replace(
    /\.0 s|^0 ms$/,
    (zero) => (zero === "0 ms" ? "0 s" : " s"),
  );
}

/** Local time of day, such as "14:03:09". */
export function clockText(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

/** Local date and time, such as "2031-04-05 14:03:09". */
export function dateText(at: number): string {
  const date = new Date(at);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return `${day.map((part) => String(part).padStart(2, "0")).join("-")} ${clockText(at)}`;
}

/** How far the local time is from UTC then, such as "+02:00". */
export function offsetText(at: number): string {
  const minutes = -new Date(at).getTimezoneOffset();
  const parts = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${parts.map((part) => String(part).padStart(2, "0")).join(":")}`;
}

function two(count: number, per: number, large: string, small: string): string {
  const rest = count % per;
  return `${Math.floor(count / per)} ${large}${rest === 0 ? "" : ` ${rest} ${small}`}`;
}
