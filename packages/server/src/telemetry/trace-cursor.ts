/** How far an exporter of traces has come, kept in a file beside the log, so that a restart goes on from there. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { ReeveError } from "@reeve/core";
import { z } from "zod";

export interface TraceCursor {
  /** Everything kept up to this position of the log was received. */
  readonly position: number;
  /** Unfinished runs that started before this time were received where they are overdue; by pattern. */
  readonly overdue: Readonly<Record<string, number>>;
  /** Spans that the receiver refused for good, and that were left out. */
  readonly refused: number;
}

const cursorSchema = z.object({
  position: z.int().min(0),
  overdue: z.record(z.string(), z.number()),
  // Files of before have none.
  refused: z.int().min(0).default(0),
});

const BEGINNING: TraceCursor = { position: 0, overdue: {}, refused: 0 };

/**
 * The beginning where there is no file yet.
 * @throws ReeveError `option-invalid` for a file of something else
 */
export function readCursor(file: string | undefined): TraceCursor {
  if (file === undefined) return BEGINNING;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    // ignore: the first start has no cursor, and one that can't be read only means that traces are sent again.
    return BEGINNING;
  }
  const parsed = cursorSchema.safeParse(jsonIn(text));
  if (parsed.success) return parsed.data;
  throw new ReeveError("option-invalid", `traces: the cursor file ${file} holds ${JSON.stringify(text)}`, {
    hint: "name another file, or delete it to send every trace that the log has",
  });
}

/** Replaces the file as a whole. */
export function writeCursor(file: string, cursor: TraceCursor): void {
  // Of this process alone: another one may write the same cursor.
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, `${JSON.stringify(cursor)}\n`);
  renameSync(draft, file);
}

function jsonIn(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // ignore: what is no JSON is no cursor, which the caller says.
    return undefined;
  }
}
