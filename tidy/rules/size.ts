/** Limits on files and functions. The limits are hard; the median keeps the tail from becoming the rule. */
import type { ArrowFunctionExpression, Function as FunctionNode } from "oxc-parser";
import type { Finding, Rule } from "../rule.ts";
import { syntaxOf, visit } from "../syntax.ts";
import { countLines, isCode, isPublished, type SourceFile } from "../tree.ts";

const fileLinesMax = 400;
const functionLinesMax = 70;
const medianLinesMax = 120;

/** No file is longer than 400 lines. */
export const filesAreShort: Rule = (files) =>
  files.filter(isCode).flatMap((file) => {
    const lines = countLines(file);
    if (lines <= fileLinesMax) return [];
    return [{ path: file.path, line: fileLinesMax, message: `has ${lines} lines, at most ${fileLinesMax}` }];
  });

/** Half of the published files have at most 120 lines. */
export const medianFileIsShort: Rule = (files) => {
  const lengths = files
    .filter(isPublished)
    .map(countLines)
    .toSorted((left, right) => left - right);
  const median = lengths[Math.floor((lengths.length - 1) / 2)] ?? 0;
  if (median <= medianLinesMax) return [];
  return [
    { path: "packages", line: 0, message: `median file has ${median} lines, at most ${medianLinesMax}` },
  ];
};

/** No function is longer than 70 lines; the callbacks that only group tests don't count. */
export const functionsAreShort: Rule = (files) => files.filter(isCode).flatMap(longFunctions);

function longFunctions(file: SourceFile): Finding[] {
  const { lineAt } = syntaxOf(file);
  const findings: Finding[] = [];
  const groups = new Set<object>();
  const check = (node: FunctionNode | ArrowFunctionExpression): void => {
    if (groups.has(node)) return;
    const line = lineAt(node.start);
    const lines = lineAt(node.end) - line + 1;
    if (lines <= functionLinesMax) return;
    const name = node.type === "ArrowFunctionExpression" ? "a function" : (node.id?.name ?? "a function");
    findings.push({
      path: file.path,
      line,
      message: `${name} has ${lines} lines, at most ${functionLinesMax}`,
    });
  };
  visit(file, {
    CallExpression: (node) => {
      if (node.callee.type !== "Identifier" || node.callee.name !== "describe") return;
      for (const argument of node.arguments) groups.add(argument);
    },
    FunctionDeclaration: check,
    FunctionExpression: check,
    ArrowFunctionExpression: check,
  });
  return findings;
}
