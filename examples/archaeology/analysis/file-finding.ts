/** What digging one file brings to light. Compact: it is stored durably, once per file. */

export type FileFinding = FileReading | FileFailure;

export interface FileFailure {
  path: string;
  /** Why the file could not be studied, such as `ENOENT`. */
  error: string;
}

export interface FileReading {
  path: string;
  /** `null` when no known language: then only `bytes`, `contentHash` and `secrets` say something. */
  language: string | null;
  bytes: number;
  /** Same for files with the same content; hexadecimal. */
  contentHash: string;
  code: number;
  comment: number;
  blank: number;
  /** Specifiers as written, each once, in order of appearance. */
  imports: string[];
  functions: FunctionFindings;
  /** At most 50. */
  todos: TodoFinding[];
  /** At most 20. */
  secrets: SecretFinding[];
  /** Pairs `hash, startLine * 64 + lines - 1`: see `duplicate-blocks.ts`. */
  fingerprints: number[];
}

export interface FunctionFinding {
  name: string;
  /** First line, from 1. */
  line: number;
  lines: number;
  /** Levels of control blocks inside the body; 0 for straight code. */
  nestingMax: number;
}

export interface FunctionFindings {
  count: number;
  nestingMax: number;
  /** The longest three and the most nested two, longest first. */
  top: FunctionFinding[];
}

export interface TodoFinding {
  line: number;
  tag: string;
  text: string;
}

export interface SecretFinding {
  line: number;
  kind: string;
  /** The first four characters and the length, never the value. */
  masked: string;
}

/** True when the file was read and analysed. */
export function isReading(finding: FileFinding): finding is FileReading {
  return !("error" in finding);
}
