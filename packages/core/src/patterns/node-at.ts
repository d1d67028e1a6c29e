/** Finds the step of a pattern that a path names. */
import type { Path } from "../delegation/path.ts";
import type { PatternNode } from "../delegation/pattern.ts";
import { childrenOf, matchesTemplate, type Placed } from "./tree.ts";

/** The innermost node at `path`, whose template may stand for any item; undefined where the pattern has none there. */
export function nodeAt(pattern: PatternNode, path: Path): PatternNode | undefined {
  let found: PatternNode | undefined;
  const look = ({ template, node }: Placed): void => {
    if (template === path || (template !== "" && matchesTemplate(template, path))) found = node;
    for (const child of childrenOf(node, template)) look(child);
  };
  look({ template: "", node: pattern });
  return found;
}

/** The templates of all steps below a pattern, in declared order, each once. */
export function templatesOf(pattern: PatternNode): readonly Path[] {
  const templates = new Set<Path>();
  const look = ({ template, node }: Placed): void => {
    if (template !== "") templates.add(template);
    for (const child of childrenOf(node, template)) look(child);
  };
  look({ template: "", node: pattern });
  return [...templates];
}

/** All nodes of a tree, each before those below it, in declared order. */
export function nodesOf(pattern: PatternNode): readonly PatternNode[] {
  return [pattern, ...childrenOf(pattern, "").flatMap(({ node }) => nodesOf(node))];
}
