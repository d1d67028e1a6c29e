/** Phase 2, *dig*: every file is read and analysed, in batches on worker threads. */
import { availableParallelism } from "node:os";
import { forEach, workerAgent } from "reeve";
import type { SourceFile } from "./analysis/dig-batch.ts";
import type { FileFinding } from "./analysis/file-finding.ts";
import type { Survey } from "./survey.ts";

/** Files in a batch: what is lost at a crash, and the price of a step shared among them. See README.md. */
export const filesPerBatch = 100;
const threads = Math.max(1, availableParallelism());

const digBatch = workerAgent<"dig-batch", SourceFile[], FileFinding[]>("dig-batch", {
  module: new URL("./analysis/dig-batch.ts", import.meta.url),
  export: "digBatch",
  threads,
  memoryMbMax: 2_048,
  timeoutMs: 300_000,
  // A file that can't be read is a finding. What fails here is a thread, and another one may do better.
  retry: { attempts: 2 },
  verify: (findings, files) => findings.length === files.length || "a file has no finding",
});

export const digFiles = forEach("dig-files", {
  items: ({ "list-files": { root, files } }: { readonly "list-files": Survey }) =>
    files.map((path): SourceFile => ({ root, path })),
  step: digBatch,
  batch: filesPerBatch,
  // One more than there are threads, so that a thread finds its next batch ready.
  concurrencyMax: threads + 1,
  // Lost batches count against the coverage; with more than this, verify could not succeed any more.
  tolerate: { failureRate: 0.05 },
});
