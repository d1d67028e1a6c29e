/**
 * What a tidy rule is: a pure function from the files of the repository to findings. Each rule has a test that
 * feeds it a file that breaks it; tidy.test.ts runs all of them on the real tree.
 */
import type { SourceFile } from "./tree.ts";

export interface Finding {
  readonly path: string;
  /** 1-based; 0 when the finding is about the file as a whole. */
  readonly line: number;
  readonly message: string;
}

export type Rule = (files: readonly SourceFile[]) => Finding[];

/** `path:line message`, as editors and terminals link it. */
export function showFinding(finding: Finding): string {
  return `${finding.path}:${finding.line} ${finding.message}`;
}
