/** Owns the section on coverage: what was read, what was skipped and what failed. */
import type { Excavation, SkippedFile } from "../../analysis/excavation.ts";
import { shortenEnd } from "../escape.ts";
import { markup, type Markup } from "../markup.ts";
import { count, countOf, percent } from "../numbers.ts";
import { pathText } from "../path-text.ts";
import { empty, part, type Section } from "../section.ts";
import { table } from "../table.ts";

/** What the figures of this page are based on. */
export function coverageSection(excavation: Excavation): Section {
  const { coverage, skipped, totals } = excavation;
  const whole = coverage.read === coverage.listed;
  const unknown =
    totals.unrecognised === 0
      ? ""
      : ` ${countOf(totals.unrecognised, "file")} of those read ${totals.unrecognised === 1 ? "is" : "are"} in no recognised language and count in no figure of lines.`;
  const read = `${count(coverage.read)} of ${countOf(coverage.listed, "listed file")} were read (${percent(coverage.ratio)}).`;
  return {
    id: "coverage",
    title: "Skipped and coverage",
    figure: coverage.listed === 0 ? "–" : percent(coverage.ratio),
    status: coverage.listed === 0 ? "plain" : whole ? "good" : "watch",
    lead: coverage.listed === 0 ? "The folder has no files to study." : `${read}${unknown}`,
    body: markup`<div class="pair">${part("Skipped", skippedPart(skipped))}
${part("Failed", failedPart(excavation))}</div>`,
  };
}

function skippedPart({ total, byReason, places }: Excavation["skipped"]): Markup {
  if (total === 0) return empty("None: every file found was listed for study.");
  const reasons = table<{ reason: string; files: number }>({
    label: "Skipped files by reason",
    rows: byReason,
    columns: [
      { heading: "Reason", cell: ({ reason }) => shortenEnd(reason, 80) },
      { heading: "Files", kind: "number", cell: ({ files }) => count(files) },
    ],
  });
  const list = table<SkippedFile>({
    label: "Skipped files",
    rows: places,
    shown: places.length,
    total,
    columns: [
      { heading: "File", kind: "path", cell: ({ path }) => pathText(path) },
      { heading: "Reason", cell: ({ reason }) => shortenEnd(reason, 80) },
    ],
  });
  if (places.length === 0) return reasons;
  return markup`${reasons}<details><summary>${countOf(places.length, "skipped file")}</summary>${list}</details>`;
}

function failedPart({ coverage }: Excavation): Markup {
  const missing = coverage.listed - coverage.read;
  if (missing <= 0 && coverage.failed.length === 0)
    return empty("None: every listed file was read and analysed.");
  return table<{ path: string; error: string }>({
    label: "Files that could not be analysed",
    rows: coverage.failed,
    shown: 10,
    total: Math.max(missing, coverage.failed.length),
    columns: [
      { heading: "File", kind: "path", cell: ({ path }) => pathText(path) },
      { heading: "Error", cell: ({ error }) => shortenEnd(error, 120) },
    ],
  });
}
