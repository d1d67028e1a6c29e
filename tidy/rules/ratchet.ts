/**
 * Counts that may only fall: `as` casts (other than `as const`) in published code, and comments that switch a
 * check off. The limits are in ratchet.json and follow the counts down.
 */
import { z } from "zod";
import type { Finding } from "../rule.ts";
import { syntaxOf, visit } from "../syntax.ts";
import { isCode, isPublished, type SourceFile } from "../tree.ts";

export const ratchetSchema = z.strictObject({
  asCasts: z.int().nonnegative(),
  disabledChecks: z.int().nonnegative(),
});

export type Ratchet = z.infer<typeof ratchetSchema>;

/** The counts of the tree as it is. */
export function countRatchet(files: readonly SourceFile[]): Ratchet {
  return { asCasts: places(files, castLines).length, disabledChecks: places(files, disableLines).length };
}

/** A count above its limit, with the places; or below it, asking to lower the limit. */
export function ratchetHolds(files: readonly SourceFile[], limits: Ratchet): Finding[] {
  const counts = countRatchet(files);
  const findings: Finding[] = [];
  for (const [name, linesOf] of [
    ["asCasts", castLines],
    ["disabledChecks", disableLines],
  ] as const) {
    const [count, limit] = [counts[name], limits[name]];
    if (count > limit) findings.push(...places(files, linesOf, `${name}: ${count} in all, at most ${limit}`));
    else if (count < limit) {
      const message = `${name} fell from ${limit} to ${count}; lower the limit`;
      findings.push({ path: "tidy/ratchet.json", line: 0, message });
    }
  }
  return findings;
}

function places(
  files: readonly SourceFile[],
  linesOf: (file: SourceFile) => number[],
  message = "",
): Finding[] {
  return files.flatMap((file) => linesOf(file).map((line) => ({ path: file.path, line, message })));
}

function castLines(file: SourceFile): number[] {
  if (!isPublished(file)) return [];
  const { lineAt } = syntaxOf(file);
  const lines: number[] = [];
  visit(file, {
    TSAsExpression: ({ typeAnnotation: type, start }) => {
      const isConst =
        type.type === "TSTypeReference" &&
        type.typeName.type === "Identifier" &&
        type.typeName.name === "const";
      if (!isConst) lines.push(lineAt(start));
    },
  });
  return lines;
}

/** Type tests expect errors, which switches no check off. */
function disableLines(file: SourceFile): number[] {
  if (!isCode(file) || file.path.endsWith(".test.ts") || file.path.includes("/fixtures/")) return [];
  const { comments, lineAt } = syntaxOf(file);
  return comments
    .filter(({ value }) =>
      /^\s*(oxlint-disable|eslint-disable|@ts-(ignore|expect-error|nocheck))/.test(value),
    )
    .map(({ start }) => lineAt(start));
}
