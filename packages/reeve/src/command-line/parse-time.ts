/** Reads a point in time: ISO 8601, in the time zone of this machine unless the text names an offset. */
import { dateText, offsetText } from "../output/duration.ts";
import { usageError } from "./command-error.ts";

const SHAPE =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;
const HINT =
  "write it as 2031-04-05T03:00 (time of this machine), 2031-04-05T03:00Z or 2031-04-05T03:00+02:00";
const MINUTE_MS = 60_000;

/**
 * Epoch milliseconds. Of a time that comes twice, because the clocks are set back, it is the first.
 * @param option the option's name, for messages.
 * @throws CommandError also for days and times that do not exist, and for what has passed.
 */
export function parseTime(option: string, given: string, now: number): number {
  const at = parsePastTime(option, given);
  if (at > now) return at;
  throw usageError(
    `${option} is '${given}', which has passed: it is ${dateText(now)} here (${offsetText(now)})`,
    "give a time to come, or leave it out to begin at once",
  );
}

/** The same for a point that may have passed. @throws CommandError also for days and times that do not exist */
export function parsePastTime(option: string, given: string): number {
  const match = SHAPE.exec(given.trim());
  if (!match) {
    const isDay = /^\d{4}-\d\d-\d\d$/.test(given.trim());
    throw usageError(`${option} is '${given}'${isDay ? ": the time of day is missing" : ""}`, HINT);
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = match
    .slice(1, 8)
    .map((part, index) => Number(index === 6 ? (part ?? "").padEnd(3, "0") : (part ?? 0)));
  const utc = new Date(Date.UTC(year, month - 1, day, hour, minute, second, ms));
  const isReal =
    utc.getUTCMonth() === month - 1 &&
    utc.getUTCDate() === day &&
    utc.getUTCHours() === hour &&
    utc.getUTCMinutes() === minute &&
    utc.getUTCSeconds() === second;
  if (!isReal) throw usageError(`${option} is '${given}': there is no such day or time`, HINT);
  const zone = match[8];
  return zone === undefined
    ? localTime(option, given, new Date(year, month - 1, day, hour, minute, second, ms), hour, minute)
    : utc.getTime() - offsetMs(option, given, zone);
}

/** Clocks that are set forward leave times out. */
function localTime(option: string, given: string, local: Date, hour: number, minute: number): number {
  if (local.getHours() === hour && local.getMinutes() === minute) return local.getTime();
  throw usageError(
    `${option} is '${given}', which does not come here: the clocks are set forward then`,
    `name the offset, such as ${given.trim()}Z`,
  );
}

function offsetMs(option: string, given: string, zone: string): number {
  if (zone.toUpperCase() === "Z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(":", "") || 0);
  if (hours > 14 || minutes > 59) throw usageError(`${option} is '${given}': there is no such offset`, HINT);
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}
