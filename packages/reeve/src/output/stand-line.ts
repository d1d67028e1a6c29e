/** Why a run does not go on at the moment, in one line: it is queued, paused, or held back by something else. */
import { shellWord } from "../command-line/shell-word.ts";
import type { Progress } from "../progress/progress.ts";
import { dateText, secondsText } from "./duration.ts";
import { queuePlaceText } from "./queue-place.ts";
import { oneLine } from "./safe-text.ts";

type Standing = Pick<Progress, "queued" | "queuePlace" | "paused" | "heldBack">;

/** Undefined when the run goes on. */
export function standLine(standing: Standing, runId: string, now: number): string | undefined {
  const { queued, queuePlace, paused, heldBack } = standing;
  if (paused) return `paused for ${secondsText(now - paused.at)}: ${pauseText(paused, runId)}`;
  if (heldBack !== undefined) return heldBack;
  return queued && queuedText(queued, queuePlace, now);
}

/** Why a run is paused, by whom, and the command that lets it go on. */
export function pauseText({ reason, by }: NonNullable<Standing["paused"]>, runId: string): string {
  return `${oneLine(reason)} (by ${oneLine(by)}); go on: reeve resume ${shellWord(runId)}`;
}

/** Since when a run is queued, and when it begins if that is known, or what it waits for. */
export function queuedText(
  { since, notBefore }: NonNullable<Standing["queued"]>,
  place: Standing["queuePlace"],
  now: number,
): string {
  if (notBefore !== undefined && notBefore > now) {
    return `queued: begins at ${dateText(notBefore)}, in ${secondsText(notBefore - now)}`;
  }
  const waitsFor = place === undefined ? "" : queuePlaceText(place);
  return `queued since ${dateText(since)}: ${waitsFor === "" ? "it begins when it has a place" : waitsFor}`;
}
