/**
 * Holds this example against cloc on a folder: counts per main language, and the time of the whole job against cloc's.
 *   node -C source examples/archaeology/compare-with-cloc.ts FOLDER
 * cloc must be installed; it runs with its defaults (identical files once, files up to 100 MB). The folder should have
 * no ignore rules of its own, which cloc does not know.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import type { Excavation, LanguageTotal } from "./analysis/excavation.ts";

const folder = resolve(process.argv[2] ?? ".");
const theirs = countWithCloc(folder);
const ours = countHere(folder);
printDifferences(ours.languages, theirs.languages);
const ratio = theirs.seconds / ours.seconds;
console.log(
  `cloc ${theirs.seconds.toFixed(2)} s; the whole job ${ours.seconds.toFixed(2)} s: ${ratio.toFixed(2)} times as fast`,
);

interface ClocTotal {
  nFiles: number;
  code: number;
  comment: number;
  blank: number;
}

function countWithCloc(path: string): { languages: LanguageTotal[]; seconds: number } {
  const startedAt = performance.now();
  const run = spawnSync("cloc", ["--json", "--quiet", path], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.status !== 0) throw new Error(`cloc failed: ${run.error?.message ?? run.stderr}`);
  const seconds = (performance.now() - startedAt) / 1_000;
  const report = JSON.parse(run.stdout) as Record<string, ClocTotal>;
  const languages = Object.entries(report)
    .filter(([language]) => language !== "header" && language !== "SUM")
    .map(([language, { nFiles, code, comment, blank }]) => ({
      language,
      files: nFiles,
      code,
      comment,
      blank,
    }));
  return { languages, seconds };
}

/** The whole job as a user starts it, in a process of its own, without the pages that cloc has not. */
function countHere(path: string): { languages: LanguageTotal[]; seconds: number } {
  const out = mkdtempSync(join(tmpdir(), "archaeology-"));
  try {
    const startedAt = performance.now();
    const main = join(import.meta.dirname, "main.ts");
    const args = ["-C", "source", main, "--root", path, "--out", out, "--no-dashboard"];
    const run = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (run.status !== 0) throw new Error(`the job failed: ${run.error?.message ?? run.stderr}`);
    const seconds = (performance.now() - startedAt) / 1_000;
    const report = JSON.parse(readFileSync(join(out, "report.json"), "utf8")) as Excavation;
    return { languages: report.languages, seconds };
  } finally {
    rmSync(out, { recursive: true });
  }
}

function printDifferences(ours: LanguageTotal[], theirs: LanguageTotal[]): void {
  const names = new Set([...theirs, ...ours].map((total) => total.language));
  const rows = [...names].map((language) => {
    const here = ours.find((total) => total.language === language);
    const there = theirs.find((total) => total.language === language);
    return {
      language,
      files: `${here?.files ?? 0} / ${there?.files ?? 0}`,
      code: difference(here?.code, there?.code),
      comment: difference(here?.comment, there?.comment),
      blank: difference(here?.blank, there?.blank),
    };
  });
  console.log("here / cloc");
  console.table(rows);
}

function difference(here = 0, there = 0): string {
  const part = there === 0 ? (here === 0 ? 0 : 1) : (here - there) / there;
  return `${here} / ${there} (${(part * 100).toFixed(2)} %)`;
}
