/** Runs a rule on files given as text, for the tests that show what the rule catches. */
import { showFinding, type Rule } from "./rule.ts";

/** The findings as `path:line message`. */
export function judge(rule: Rule, files: Readonly<Record<string, string>>): string[] {
  return rule(Object.entries(files).map(([path, text]) => ({ path, text }))).map(showFinding);
}
