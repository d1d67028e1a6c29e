/**
 * What the processes of a soak leave behind beside the log, so that a judge can hold the log against it: a ledger of
 * what steps did and of what readers were told, in one order, and the calls of runs' callers with their answers.
 * Every line is written at once, by appending, so that a process that is killed has left it.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync, writeSync } from "node:fs";

/** A step in the world outside, or an event that a reader was given. */
export type LedgerLine =
  | { readonly said: "began" | "done"; readonly run: string; readonly path: string; readonly key: string }
  | {
      readonly said: "told";
      readonly kind: "step-completed" | "run-ended";
      readonly run: string;
      readonly path: string;
      readonly position: number;
    };

/** `report`: what the runtime itself had to say, with `code` as its text. */
export type CallKind = "start" | "outcome" | "cancel" | "signal" | "pause" | "resume" | "report";

/** A call before it was made, and how it came out. */
export interface CallLine {
  readonly said: "asked" | "acknowledged" | "refused";
  readonly call: CallKind;
  readonly by: "owner" | "guest";
  readonly run: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly pattern?: string;
  readonly input?: number;
  /** Of a signal. */
  readonly key?: string;
  /** Of an acknowledged outcome; see outcome-text.ts. */
  readonly outcome?: string;
  /** Of a refusal. */
  readonly code?: string;
}

export type Write<Line> = (line: Line) => void;

const TAIL_BYTES = 8_388_608;

/**
 * Appends to `file`. Another process may have been killed in the middle of a line, also a moment ago, so each line begins
 * on one of its own.
 */
export function appendTo<Line>(file: string): Write<Line> {
  const descriptor = openSync(file, "a");
  return (line) => void writeSync(descriptor, `\n${JSON.stringify(line)}\n`);
}

/** One line; undefined for a piece of one, and for an empty one. @throws Error for what is no such line */
export function readLine(text: string): LedgerLine | CallLine | undefined {
  if (!text.startsWith("{") || !text.endsWith("}")) return undefined;
  const value: unknown = JSON.parse(text);
  if (isLine(value)) return value;
  throw new Error(`this is no line of a side file: ${text.slice(0, 200)}`);
}

export function isCall(line: LedgerLine | CallLine): line is CallLine {
  return "call" in line;
}

/** The last calls in the file, some ten thousands. */
export function readCalls(file: string): readonly CallLine[] {
  return readTail(file).filter((line) => isCall(line));
}

/** The last lines of the ledger, some ten thousands. */
export function readLedger(file: string): readonly LedgerLine[] {
  return readTail(file).filter((line) => !isCall(line));
}

function readTail(file: string): readonly (LedgerLine | CallLine)[] {
  if (!existsSync(file)) return [];
  const descriptor = openSync(file, "r");
  const { size } = fstatSync(descriptor);
  const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
  readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
  closeSync(descriptor);
  const texts = bytes.toString("utf8").split("\n");
  // The first one may be the end of a line.
  return texts.slice(size > bytes.length ? 1 : 0).flatMap((text) => readLine(text) ?? []);
}

/** The same code wrote the line, so only its form is looked at. */
function isLine(value: unknown): value is LedgerLine | CallLine {
  return typeof value === "object" && value !== null && "said" in value && "run" in value;
}
