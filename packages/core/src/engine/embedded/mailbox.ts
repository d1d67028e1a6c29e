/**
 * The signals of a run that are on disk and that no step has received: one queue per path, in the order sent. A key
 * counts once per path, for as long as the run is in the log, whether its signal was received or not (E8).
 */
import type { Path } from "../../delegation/path.ts";
import type { PayloadId } from "../../delegation/reference.ts";

/** A signal on disk that no step has received yet. */
export interface SentSignal {
  readonly answer: PayloadId | undefined;
}

/** The part of a run's memory that this is about; made when something comes into it. */
export interface Mailbox {
  signals: Map<Path, SentSignal[]> | undefined;
  signalKeys: Set<string> | undefined;
}

export function wasSent({ signalKeys }: Mailbox, path: Path, key: string): boolean {
  return signalKeys?.has(nameOf(path, key)) === true;
}

/** Keeps a signal until a step receives it. */
export function keepSignal(mailbox: Mailbox, path: Path, key: string, answer: PayloadId | undefined): void {
  (mailbox.signalKeys ??= new Set()).add(nameOf(path, key));
  const signals = (mailbox.signals ??= new Map<Path, SentSignal[]>());
  const waiting = signals.get(path);
  if (waiting) waiting.push({ answer });
  else signals.set(path, [{ answer }]);
}

/** Whether a step at `path` would receive one. */
export function hasSignal({ signals }: Mailbox, path: Path): boolean {
  return (signals?.get(path)?.length ?? 0) > 0;
}

/** Takes the oldest one out. */
export function takeSignal({ signals }: Mailbox, path: Path): SentSignal | undefined {
  return signals?.get(path)?.shift();
}

/** A path has no line breaks. */
function nameOf(path: Path, key: string): string {
  return `${path}\n${key}`;
}
