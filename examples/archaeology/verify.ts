/** Phase 4, *verify*: the report is written, and taken back when too few of the files could be studied. */
import { rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { agent } from "reeve";
import type {
  DuplicateSummary,
  Excavation,
  GraphSummary,
  HotspotSummary,
  KnowledgeSummary,
} from "./analysis/excavation.ts";
import type { Inventory } from "./analysis/inventory.ts";
import { renderReport } from "./report/page.ts";
import { figuresOf, type Figures } from "./summary.ts";
import { listSources, readHistory, type Survey } from "./survey.ts";

/** The restore phase, by its agents' names. */
export interface Restored {
  readonly imports: GraphSummary;
  readonly duplicates: DuplicateSummary;
  readonly hotspots: HotspotSummary;
  readonly knowledge: KnowledgeSummary | null;
  readonly inventory: Inventory;
}

export interface WrittenReport {
  readonly page: string;
  readonly json: string;
  /** Part of the listed files that was studied, 0 to 1. */
  readonly coverage: number;
  readonly figures: Figures;
}

export const writeReport = agent("write-report", {
  timeoutMs: 120_000,
  run: async (restored: Restored, ctx): Promise<WrittenReport> => {
    const survey = ctx.outputOf(listSources);
    const excavation = assemble(restored, survey);
    const { failed, listed, read, ratio } = excavation.coverage;
    if (failed[0]) {
      const first = `${failed[0].path} (${failed[0].error})`;
      ctx.log.warn(`${listed - read} of ${listed} files could not be studied, the first is ${first}`);
    }
    const { page, json } = reportFiles(survey.out);
    await replaceFile(page, renderReport(excavation));
    await replaceFile(json, `${JSON.stringify(excavation, null, 2)}\n`);
    const { git } = ctx.outputOf(readHistory);
    const noHistory = git.ok ? (git.output.found ? "" : git.output.reason) : git.error.message;
    return { page, json, coverage: ratio, figures: figuresOf(excavation, noHistory) };
  },
  undo: ({ page, json }) => removeFiles([page, json]),
  undoUnsure: (_, ctx) => {
    const { page, json } = reportFiles(ctx.outputOf(listSources).out);
    return removeFiles([page, json, draftOf(page), draftOf(json)]);
  },
});

/** Where the report of a study is written. */
export function reportFiles(out: string): { readonly page: string; readonly json: string } {
  return { page: join(out, "report.html"), json: join(out, "report.json") };
}

/** The name a file has until it is whole. */
export function draftOf(file: string): string {
  return `${file}.draft`;
}

function assemble(restored: Restored, survey: Survey): Excavation {
  const { imports, duplicates, hotspots, knowledge, inventory } = restored;
  return {
    root: basename(survey.root) || survey.root,
    generatedAt: survey.generatedAt,
    ...inventory,
    duplicates,
    graph: imports,
    hotspots,
    ...(knowledge ? { knowledge } : {}),
  };
}

/** A reader sees the old file or the new one, never a part. */
async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(draftOf(file), text);
  await rename(draftOf(file), file);
}

async function removeFiles(files: readonly string[]): Promise<void> {
  for (const file of files) await rm(file, { force: true });
}
