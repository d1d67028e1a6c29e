/** Makes a schedule of what a user wrote, or says what is wrong with it. The expression itself is parsed by croner. */
import { Cron } from "croner";
import { showValue } from "../delegation/show-value.ts";
import { ReeveError } from "../errors.ts";
import { nextTime } from "./next-time.ts";
import type { Missed, Schedule, ScheduleOptions } from "./schedule.ts";

const NAME_LENGTH_MAX = 100;
const FIELD_COUNT = 5;
const MISSED: readonly Missed[] = ["skip", "once", "all"];
const ALIASES = ["@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"];
const CRON_HINT = 'give minute, hour, day of month, month and weekday, such as "30 4 * * 1-5", or "@daily"';
const ZONE_HINT = 'give a name such as "Europe/Berlin", an offset such as "+02:00", or leave it out for UTC';

/** @throws ReeveError `schedule-invalid`: the message says which part of which schedule, the hint what helps. */
export function parseSchedule(options: ScheduleOptions): Schedule {
  const name = checkName(options.name);
  const timeZone = checkTimeZone(name, options.timeZone ?? "UTC");
  const missed = checkMissed(name, options.missed ?? "once");
  const schedule = {
    name,
    cron: options.cron,
    timeZone,
    missed,
    times: parseCron(name, options.cron, timeZone),
  };
  if (nextTime(schedule, 0) !== undefined) return schedule;
  throw invalid(
    name,
    "cron",
    options.cron,
    "give a day that comes, such as L for the last",
    "it never comes",
  );
}

/** Croner takes more than schedules, dates and seconds among them, so the shape is checked before. */
function parseCron(name: string, cron: unknown, timeZone: string): Schedule["times"] {
  if (typeof cron !== "string") throw invalid(name, "cron", cron, CRON_HINT);
  const fields = cron.trim().split(/\s+/);
  if (fields.length === FIELD_COUNT + 1)
    throw invalid(name, "cron", cron, `leave the seconds out; ${CRON_HINT}`, "it has six fields");
  const isAlias = ALIASES.includes(fields.join(" ").toLowerCase());
  const odd = fields.find((field) => !/^[\w*,/#+-]+$/.test(field));
  if (!isAlias && (fields.length !== FIELD_COUNT || odd !== undefined))
    throw invalid(name, "cron", cron, CRON_HINT, odd && `'${odd}' is no field`);
  try {
    // Without a function it is a calculator: it sets no timer. "no-wildcard" makes `0 2,14 * * *` a fixed time like
    // `0 2 * * *`, so that a list loses no time to a change of the clocks.
    return new Cron(fields.join(" "), { timezone: timeZone, mode: "5-part", fixedTimeRule: "no-wildcard" });
  } catch (error) {
    throw invalid(name, "cron", cron, CRON_HINT, reasonOf(error));
  }
}

function checkName(name: unknown): string {
  const fits = typeof name === "string" && name.length > 0 && name.length <= NAME_LENGTH_MAX;
  if (fits && !/\p{Cc}/u.test(name)) return name;
  const shown = typeof name === "string" ? JSON.stringify(name) : showValue(name);
  throw new ReeveError("schedule-invalid", `a schedule can't have the name ${shown}`, {
    hint: `use 1 to ${NAME_LENGTH_MAX} characters without control characters`,
  });
}

function checkTimeZone(name: string, timeZone: unknown): string {
  if (typeof timeZone !== "string" || timeZone === "") throw invalid(name, "timeZone", timeZone, ZONE_HINT);
  try {
    Intl.DateTimeFormat("en", { timeZone });
  } catch {
    throw invalid(name, "timeZone", timeZone, ZONE_HINT);
  }
  return timeZone;
}

function checkMissed(name: string, missed: unknown): Missed {
  const known = MISSED.find((word) => word === missed);
  if (known === undefined) throw invalid(name, "missed", missed, `give one of ${MISSED.join(", ")}`);
  return known;
}

/** Croner's messages without the part that names its own classes. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const reason = message.replace(/^CronPattern: (Syntax error, )?/, "");
  return reason.charAt(0).toLowerCase() + reason.slice(1);
}

function invalid(name: string, part: string, received: unknown, hint: string, reason?: string): ReeveError {
  const because = reason === undefined ? "" : ` (${reason})`;
  return new ReeveError(
    "schedule-invalid",
    `schedule '${name}': ${part} is ${showValue(received)}${because}`,
    { hint },
  );
}
