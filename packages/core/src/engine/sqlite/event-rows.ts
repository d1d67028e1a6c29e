/**
 * Events as rows, and the chain of checksums over them.
 *
 * Invariant: an event's checksum covers every column of its row and, through the checksum of the run's event before
 * it, everything that happened in the run before; the first one's covers the run's id. A changed, lost, added or
 * exchanged row breaks the chain at the next event of the run.
 */
import { crc32 } from "node:zlib";
import type { Event } from "../../delegation/event.ts";
import { damaged, isObject, numberIn, optionalNumberIn, optionalTextIn, type Row } from "./columns.ts";
import { codeOfKind, kindOfCode } from "./kinds.ts";

/** An event's columns beside those of its head. */
export interface EventColumns {
  readonly kind: number;
  readonly path: string | null;
  readonly attempt: number | null;
  /** JSON of what is specific to the kind; null when there is nothing. */
  readonly body: string | null;
}

/** What a run's first event takes for the checksum of its predecessor. */
export function checksumOfRun(runId: string): number {
  return crc32(runId);
}

export function columnsOf(event: Event): EventColumns {
  const { version: _1, run: _2, seq: _3, position: _4, at: _5, kind, path, attempt, ...rest } = event;
  const body = JSON.stringify(rest);
  return {
    kind: codeOfKind(kind),
    path: path ?? null,
    attempt: attempt ?? null,
    body: body === "{}" ? null : body,
  };
}

/** The checksum of an event's row after `previous`. Signed, because SQLite then keeps it in 4 bytes. */
export function checksumOf(
  head: { readonly seq: number; readonly position: number; readonly at: number },
  { kind, path, attempt, body }: EventColumns,
  previous: number,
): number {
  // Paths hold no control characters, so the separators keep the columns apart.
  const content = `${head.position} ${head.seq} ${kind} ${head.at} ${attempt}\n${path ?? "\t"}\n${body}`;
  return crc32(content, previous >>> 0) | 0;
}

/**
 * The event in a row, after checking it against its predecessor's checksum.
 * @throws ReeveError `file-damaged`
 */
export function eventIn(row: Row, run: string, previous: number): Event {
  const head = { seq: numberIn(row, "seq"), position: numberIn(row, "position"), at: numberIn(row, "at") };
  const kind = numberIn(row, "kind");
  const path = optionalTextIn(row, "path");
  const attempt = optionalNumberIn(row, "attempt");
  const body = optionalTextIn(row, "body") ?? null;
  const columns = { kind, path: path ?? null, attempt: attempt ?? null, body };
  if (checksumOf(head, columns, previous) !== numberIn(row, "checksum")) throw brokenChain(run, head.seq);
  const rest: unknown = body === null ? {} : JSON.parse(body);
  const event: unknown = {
    version: 1,
    run,
    ...head,
    kind: kindOfCode(kind),
    ...(path !== undefined && { path }),
    ...(attempt !== undefined && { attempt }),
    ...(isObject(rest) && rest),
  };
  if (!isEvent(event)) throw brokenChain(run, head.seq);
  return event;
}

/** The error for an event that is not what was written, or no longer there. */
export function brokenChain(run: string, seq: number): Error {
  return damaged(
    `event ${seq} of run ${run} is not what was written: the chain of checksums is broken there`,
  );
}

/** The checksum has shown that the row is as it was written, which was an event; only its kind can be unknown. */
function isEvent(value: unknown): value is Event {
  return isObject(value) && typeof value["kind"] === "string";
}
