/** Phase 3, *restore*: the findings of single files are put together to a picture of the whole, from all sides at once. */
import { agent, workerAgent } from "reeve";
import type { DuplicateSummary, GraphSummary } from "./analysis/excavation.ts";
import { rankHotspots } from "./analysis/hotspots.ts";
import { takeInventory } from "./analysis/inventory.ts";
import { summariseKnowledge } from "./analysis/knowledge.ts";
import { findingsOf, findingsOfAll, type Dug } from "./findings.ts";
import { historyOf } from "./history-of.ts";
import { listSources } from "./survey.ts";

const timeoutMs = 300_000;
const module = new URL("./restore-worker.ts", import.meta.url);

export const restoreImports = workerAgent<"imports", Dug, GraphSummary>("imports", {
  module,
  export: "restoreImports",
  threads: 1,
  timeoutMs,
});

export const restoreDuplicates = workerAgent<"duplicates", Dug, DuplicateSummary>("duplicates", {
  module,
  export: "restoreDuplicates",
  threads: 1,
  timeoutMs,
});

export const restoreHotspots = agent("hotspots", {
  timeoutMs,
  run: (dug: Dug, ctx) => rankHotspots(findingsOf(dug), historyOf(ctx)),
});

export const restoreKnowledge = agent("knowledge", {
  timeoutMs,
  run: (dug: Dug, ctx) => {
    const history = historyOf(ctx);
    return history ? summariseKnowledge(findingsOf(dug), history) : null;
  },
});

export const restoreInventory = agent("inventory", {
  timeoutMs,
  run: (dug: Dug, ctx) => {
    const { files, skipped } = ctx.outputOf(listSources);
    return takeInventory({ files, skipped, findings: findingsOfAll(dug, files), history: historyOf(ctx) });
  },
});
