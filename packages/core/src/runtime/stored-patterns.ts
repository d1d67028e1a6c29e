/** Reads the patterns that are kept in a file beside the program, for `createRuntime({ stored })`. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Pattern, PatternNode } from "../delegation/pattern.ts";
import { showValue } from "../delegation/show-value.ts";
import { ReeveError } from "../errors.ts";
import { unpackPatterns } from "../selection/stored/unpack.ts";

export interface StoredPatterns {
  /** Written by `reeve registry import` or by `packPatterns`; relative to the folder of the process. */
  readonly file: string;
  /** The agents, patterns and control steps that the stored patterns name as their steps. */
  readonly parts: readonly PatternNode[];
}

/** @throws ReeveError `option-invalid`, `stored-patterns-invalid` */
export function readStored(stored: StoredPatterns | undefined): readonly Pattern[] {
  if (stored === undefined) return [];
  const given: unknown = stored;
  if (typeof given !== "object" || given === null) throw wrong("stored", given);
  const { file, parts } = stored;
  if (typeof file !== "string" || file === "") throw wrong("stored.file", file);
  if (!Array.isArray(parts)) throw wrong("stored.parts", parts);
  return unpackPatterns(file, contentOf(file), parts);
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(resolve(file));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ReeveError("stored-patterns-invalid", `${file} can't be read: ${why}`, {
      cause: error,
      hint: "fill it with `reeve registry import FILE`, or leave `stored` out",
    });
  }
}

function wrong(option: string, received: unknown): ReeveError {
  return new ReeveError("option-invalid", `createRuntime: ${option} is ${showValue(received)}`, {
    hint: 'give stored: { file: "patterns.reeve", parts: [ … ] }',
  });
}
