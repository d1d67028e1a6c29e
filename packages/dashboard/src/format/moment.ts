/** Points of time in the time zone of who looks. */

/** Such as "14:03:09". */
export function clockText(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(":");
}

/** Such as "2031-04-05 14:03:09". */
export function dateText(at: number): string {
  return `${dayText(at)} ${clockText(at)}`;
}

/** Here and in UTC, as the logs of other programs have it: "2031-04-05 14:03:09 (12:03:09 UTC)". */
export function bothText(at: number): string {
  return `${dateText(at)} (${new Date(at).toISOString().slice(11, 19)} UTC)`;
}

/** The time of day of what was today; with the date before that. */
export function momentText(at: number, now: number): string {
  return dayText(at) === dayText(now) ? clockText(at) : dateText(at).slice(5, 16);
}

/** With milliseconds, such as "14:03:09.120". */
export function exactClockText(at: number): string {
  return `${clockText(at)}.${String(Math.floor(at) % 1_000).padStart(3, "0")}`;
}

function dayText(at: number): string {
  const date = new Date(at);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join("-");
}

function twoDigits(part: number): string {
  return String(part).padStart(2, "0");
}
