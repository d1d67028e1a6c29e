/** No import cycles, type imports included: depth-first search that reports each back edge with its path. */
import { posix } from "node:path";
import type { Finding, Rule } from "../rule.ts";
import { syntaxOf } from "../syntax.ts";
import { isCode, type SourceFile } from "../tree.ts";

/** Files don't import each other in a circle. */
export const noCycles: Rule = (files) => {
  const byPath = new Map(files.filter(isCode).map((file) => [file.path, file]));
  const finished = new Set<string>();
  const findings: Finding[] = [];
  const trail: string[] = [];

  const follow = (file: SourceFile): void => {
    if (finished.has(file.path)) return;
    trail.push(file.path);
    for (const { specifier, line } of syntaxOf(file).imports) {
      if (!specifier.startsWith(".")) continue;
      const target = byPath.get(posix.join(posix.dirname(file.path), specifier));
      if (target === undefined) continue;
      const start = trail.indexOf(target.path);
      if (start < 0) follow(target);
      else {
        const circle = [...trail.slice(start), target.path].join(" -> ");
        findings.push({ path: file.path, line, message: `closes a cycle: ${circle}` });
      }
    }
    trail.pop();
    finished.add(file.path);
  };

  for (const file of byPath.values()) follow(file);
  return findings;
};
