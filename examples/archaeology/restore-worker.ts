/** The functions of the restore phase that compute long enough to need a thread. */
import type { DuplicateSummary, GraphSummary } from "./analysis/excavation.ts";
import { buildImportGraph } from "./analysis/import-graph.ts";
import { joinDuplicates } from "./analysis/join-duplicates.ts";
import { findingsOf, type Dug } from "./findings.ts";

export function restoreImports(dug: Dug): GraphSummary {
  return buildImportGraph(findingsOf(dug));
}

export function restoreDuplicates(dug: Dug): DuplicateSummary {
  return joinDuplicates(findingsOf(dug));
}
