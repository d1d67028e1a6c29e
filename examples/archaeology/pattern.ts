/** The study of a folder as one pattern: four phases, each handed what the one before has made. */
import { meta } from "reeve";
import { digFiles } from "./dig.ts";
import {
  restoreDuplicates,
  restoreHotspots,
  restoreImports,
  restoreInventory,
  restoreKnowledge,
} from "./restore.ts";
import { listSources, readHistory } from "./survey.ts";
import { writeReport } from "./verify.ts";

/** Part of the listed files that must have been studied for the report to stand. */
export const coverageMin = 0.95;

export const archaeology = meta("archaeology", {
  description: "Studies a folder of code and writes one report about it",
  matches: { domain: "code" },
  phases: [
    { name: "survey", patterns: [listSources, readHistory], coordination: "parallel" },
    { name: "dig", patterns: [digFiles] },
    {
      name: "restore",
      patterns: [restoreImports, restoreDuplicates, restoreHotspots, restoreKnowledge, restoreInventory],
      coordination: "parallel",
    },
    {
      name: "verify",
      patterns: [writeReport],
      success: { coverageMin, coverage: (outputs) => outputs["write-report"].coverage },
    },
  ],
  rollback: "phase",
});
