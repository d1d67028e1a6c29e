/** Studies a batch of files: the unit of work for a worker thread. */

import { digFile } from "./dig-file.ts";
import type { FileFinding } from "./file-finding.ts";

export interface SourceFile {
  /** Absolute path of the studied folder. */
  root: string;
  /** Relative to the root, with `/`. */
  path: string;
}

/** One finding per file, in the order of the request. */
export async function digBatch(files: readonly SourceFile[]): Promise<FileFinding[]> {
  const findings: FileFinding[] = [];
  for (const { root, path } of files) findings.push(await digFile(root, path));
  return findings;
}
