/** Holds what a run is started, cancelled and answered with against its bounds. */
import { inspect } from "node:util";
import { isOfLog, OF_LOG } from "../delegation/controls.ts";
import { showValue } from "../delegation/show-value.ts";
import { ReeveError } from "../errors.ts";

const RUN_ID_LENGTH_MAX = 200;
const SIGNAL_KEY_LENGTH_MAX = 200;
const REASON_LENGTH_MAX = 1_000;

/** @throws ReeveError `run-id-invalid` */
export function checkRunId(id: unknown): string {
  const fits = typeof id === "string" && id.length > 0 && id.length <= RUN_ID_LENGTH_MAX && !hasControls(id);
  if (fits && !isOfLog(id)) return id;
  const shown = typeof id === "string" ? JSON.stringify(id) : showValue(id);
  throw new ReeveError("run-id-invalid", `a run can't have the id ${shown}`, {
    hint: `use 1 to ${RUN_ID_LENGTH_MAX} characters without control characters, the first of them not ${OF_LOG}`,
  });
}

/** @throws ReeveError `option-invalid` */
export function checkSignalKey(key: unknown): string {
  if (typeof key === "string" && key.length > 0 && key.length <= SIGNAL_KEY_LENGTH_MAX) return key;
  throw new ReeveError("option-invalid", `signal: key is ${showValue(key)}`, {
    hint: `use 1 to ${SIGNAL_KEY_LENGTH_MAX} characters that name this answer, or leave the key out`,
  });
}

/** @throws ReeveError `option-invalid` */
export function checkFeedback(score: unknown, options: unknown): { score: number; note?: string } {
  if (typeof score !== "number" || !(score >= 0 && score <= 1)) {
    throw new ReeveError("option-invalid", `feedback: score is ${showValue(score)}`, {
      hint: "give a number from 0 (of no use) to 1 (as wanted)",
    });
  }
  const hint = 'give the note as a text: { note: "why" }';
  if (typeof options !== "object" || options === null)
    throw new ReeveError("option-invalid", `feedback: options is ${showValue(options)}`, { hint });
  const note: unknown = "note" in options ? options.note : undefined;
  if (note === undefined) return { score };
  if (typeof note === "string") return { score, note: reasonText(note) };
  throw new ReeveError("option-invalid", `feedback: note is ${showValue(note)}`, { hint });
}

/** Whatever a run is cancelled with, as the text that events keep: an error's message, a text as it is. */
export function reasonText(reason: unknown): string {
  const text = textOf(reason);
  return text.length > REASON_LENGTH_MAX ? `${text.slice(0, REASON_LENGTH_MAX - 1)}…` : text;
}

function textOf(reason: unknown): string {
  if (typeof reason === "string") return reason;
  try {
    const message: unknown = reason instanceof Error ? reason.message : undefined;
    if (typeof message === "string") return message;
    return inspect(reason, { breakLength: Infinity, maxStringLength: REASON_LENGTH_MAX });
  } catch {
    // ignore: an object may refuse to be shown; the run is to be cancelled all the same
    return `what can't be shown (${typeof reason})`;
  }
}

export function hasControls(text: string): boolean {
  return Array.from(text).some((character) => character < " " || character === "\u007f");
}
