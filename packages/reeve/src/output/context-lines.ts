/** What became of contexts, pattern by pattern: what was broken first, each with its remedy, then undeclared changes. */
import type { ContextPlace } from "@reeve/core";
import type { ContextsOfPattern } from "../access/runtime-access.ts";
import { plural } from "./number-text.ts";
import { oneLine } from "./safe-text.ts";
import type { OutputStream } from "./terminal.ts";
import { wrapWords } from "./wrap-words.ts";

const COLUMNS_MAX = 100;
const COLUMNS_LEAST = 24;

export function contextLines(patterns: readonly ContextsOfPattern[], out: OutputStream): string[] {
  const columns = Math.max(COLUMNS_LEAST, Math.min(out.isLive ? out.columns : COLUMNS_MAX, COLUMNS_MAX));
  return patterns.flatMap((contexts) => linesOf(contexts, columns, out));
}

/** What helps against a place where something was broken. */
export function remedyFor(pattern: string, { key, path, agent }: ContextPlace): string {
  const keep =
    agent === undefined
      ? `let the delegation at '${path}' hand '${key}' on as it is`
      : `let agent '${agent}' leave '${key}' as it is`;
  return `${keep}, or take '${key}' out of what '${pattern}' preserves`;
}

function linesOf(contexts: ContextsOfPattern, columns: number, out: OutputStream): string[] {
  const { pattern, broken, changed } = contexts;
  const lines = [out.paint("bold", oneLine(pattern)), ...indented(rateText(contexts), "  ", "  ", columns)];
  for (const place of broken) {
    const { run } = place.example;
    const mark = `  ${out.paint("red", "!")} `;
    lines.push(...indented(`${placeText(place)} (refused)`, mark, "    ", columns));
    lines.push(...indented(`remedy: ${remedyFor(pattern, place)}`, "    ", "    ", columns));
    lines.push(...indented(`last: reeve show ${run}`, "    ", "    ", columns));
  }
  if (changed.length > 0) lines.push(out.paint("dim", "  changed, and not declared:"));
  for (const place of changed)
    lines.push(...indented(`${placeText(place)}, ${place.severity ?? ""}`, "    ", "      ", columns));
  return lines;
}

/** A rate says nothing without what it is a rate of. */
function rateText({ declaring, kept }: ContextsOfPattern): string {
  if (declaring === 0) return "declares nothing that must survive";
  const share = Math.floor((kept / declaring) * 1_000) / 10;
  return `${share} % preserved: ${kept} of ${plural(declaring, "run")} that declared it`;
}

function placeText({ key, path, times, example }: ContextPlace): string {
  const { before = "nothing", after = "nothing" } = example;
  return `${key} at ${path}: ${before} -> ${after}, ${times === 1 ? "once" : `${times} times`}`;
}

/** @param mark what stands before the first line, two columns longer or shorter than `indent` at most */
function indented(text: string, mark: string, indent: string, columns: number): string[] {
  return wrapWords(oneLine(text), columns - indent.length).map(
    (line, index) => (index === 0 ? mark : indent) + line,
  );
}
