/** Which patterns fail now: judged by how their last runs ended. */
import type { Paused } from "@reeve/core";
import type { Ending } from "../board/board.ts";
import type { Finding } from "../contract/health.ts";
import { pauseOf } from "../patterns/pause-of.ts";
import { sinceText } from "./time-text.ts";

/** So many failures one after the other, or half of so many runs, are a pattern that fails. */
const STREAK = 3;
const WINDOW = 10;
const SHARE = 0.5;
const RUNS_SHOWN_MAX = 10;
const MESSAGE_CHARACTERS_MAX = 160;

export function failingPatterns(
  endings: ReadonlyMap<string, readonly Ending[]>,
  paused: Paused["patterns"],
  now: number,
  leftAlone: (pattern: string) => string | undefined,
): readonly Finding[] {
  return Array.from(endings, ([pattern, list]) =>
    findingOf(pattern, list, { pause: pauseOf(paused, pattern), leftAlone: leftAlone(pattern) }, now),
  )
    .flatMap((finding) => finding ?? [])
    .toSorted((left, right) => left.since - right.since);
}

function findingOf(
  pattern: string,
  endings: readonly Ending[],
  done: Done,
  now: number,
): Finding | undefined {
  const last = endings.at(-1);
  const lastGood = endings.findLastIndex(({ bad }) => !bad);
  const streak = endings.length - 1 - lastGood;
  const window = endings.slice(-WINDOW);
  const bad = window.filter((ending) => ending.bad);
  const isOften = window.length === WINDOW && bad.length / window.length >= SHARE;
  if (!last || (streak === 0 && !isOften)) return undefined;
  const level = streak >= STREAK || isOften ? "failing" : "attention";
  const counted = streak >= STREAK || !isOften ? endings.slice(lastGood + 1) : bad;
  const [first = last] = counted;
  const cause = causeOf(counted);
  const repair = repairOf(done, counted, now);
  const share =
    streak >= STREAK || !isOften ? lastRuns(streak) : `${bad.length} of its last ${window.length} runs`;
  return {
    kind: "pattern-failing",
    level,
    sentence: `${pattern} fails (${share}) ${sinceText(first.at, now)}: ${cause}; ${repair}`,
    pattern,
    cause,
    since: first.at,
    repair,
    runs: counted.map(({ run }) => run).slice(-RUNS_SHOWN_MAX),
  };
}

function lastRuns(streak: number): string {
  return streak === 1 ? "its last run" : `its last ${streak} runs`;
}

/** The most frequent error of runs that ended, in words. */
export function causeOf(endings: readonly Ending[]): string {
  const counted = new Map<string, { count: number; readonly text: string }>();
  for (const { error } of endings) {
    if (!error) continue;
    const step = error.path.replace(/\[\d+\]/g, "[*]");
    const key = JSON.stringify([step, error.code]);
    const at = step === "" ? "" : ` at ${step}`;
    const message = error.message.slice(0, MESSAGE_CHARACTERS_MAX);
    const known = counted.get(key) ?? { count: 0, text: `${error.code}${at}: ${message}` };
    known.count++;
    counted.set(key, known);
  }
  const most = [...counted.values()].toSorted((left, right) => right.count - left.count)[0];
  return most?.text ?? "its runs leave no error";
}

/** What was done about a pattern that fails. */
interface Done {
  readonly pause: Paused["patterns"][string] | undefined;
  /** What a breaker does. */
  readonly leftAlone: string | undefined;
}

function repairOf({ pause, leftAlone }: Done, endings: readonly Ending[], now: number): string {
  if (pause) return `paused by ${pause.by} ${sinceText(pause.at, now)}: ${pause.reason}`;
  if (leftAlone !== undefined) return leftAlone;
  const hint = endings.findLast(({ error }) => error?.hint)?.error?.hint;
  const run = endings.at(-1)?.run;
  return `nothing was done about it yet; ${hint ?? `look at run ${run}, and retry it once the cause is gone`}`;
}
