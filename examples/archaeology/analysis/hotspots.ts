/**
 * Ranks files by how much trouble a change in them is likely to give: often changed and complex (Tornhill, "Your Code
 * as a Crime Scene"). Complexity is code lines weighted by nesting, which needs no grammar and follows the known
 * measures closely enough to rank by.
 */

import type { Hotspot, HotspotSummary } from "./excavation.ts";
import { isReading } from "./file-finding.ts";
import type { FileFinding, FileReading } from "./file-finding.ts";
import type { GitHistory } from "./git-history.ts";

const placesMax = 30;

/** Documents and data are changed often too, but it is not complexity that hurts there. */
const isNoProgram = new Set([
  "JSON",
  "Markdown",
  "Text",
  "SVG",
  "YAML",
  "TOML",
  "XML",
  "PO File",
  "reStructuredText",
  "diff",
  "INI",
]);

/** The hottest files; without history by complexity alone, and `basis` says so. */
export function rankHotspots(
  findings: readonly FileFinding[],
  history: GitHistory | undefined,
): HotspotSummary {
  const basis = history === undefined ? "complexity" : "churn-and-complexity";
  const places: Hotspot[] = [];
  for (const finding of findings) {
    if (!isReading(finding) || finding.language === null || isNoProgram.has(finding.language)) continue;
    const changes = history?.files[finding.path];
    const complexity = complexityOf(finding);
    const score = history === undefined ? complexity : complexity * (changes?.commits ?? 0);
    if (score === 0) continue;
    places.push({
      path: finding.path,
      language: finding.language,
      score,
      commits: changes?.commits ?? 0,
      churn: (changes?.added ?? 0) + (changes?.deleted ?? 0),
      code: finding.code,
      complexity,
    });
  }
  places.sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
  const hottest = places[0]?.score ?? 1;
  return {
    basis,
    places: places.slice(0, placesMax).map((place) => ({ ...place, score: round(place.score / hottest) })),
  };
}

/** Code lines, a tenth more for each level that the deepest function nests, rounded. */
function complexityOf(reading: FileReading): number {
  return Math.round(reading.code * (1 + reading.functions.nestingMax / 10));
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
