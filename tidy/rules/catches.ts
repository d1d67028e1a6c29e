/**
 * No swallowed errors. A `catch` throws, returns something, or acts (assigns, calls); otherwise it says why the
 * error may be lost: `// ignore: reason`.
 */
import { Visitor, type CatchClause, type Expression, type FunctionBody } from "oxc-parser";
import type { Finding, Rule } from "../rule.ts";
import { syntaxOf, visit } from "../syntax.ts";
import { isCode, type SourceFile } from "../tree.ts";

/** Every catch clause and every `.catch(…)` does something about the error, or says why not. */
export const nothingIsSwallowed: Rule = (files) => files.filter(isCode).flatMap(swallowed);

function swallowed(file: SourceFile): Finding[] {
  const { lineAt, comments } = syntaxOf(file);
  const findings: Finding[] = [];
  const check = (node: { readonly start: number; readonly end: number }, handled: boolean): void => {
    if (handled) return;
    // A reason counts inside the clause, on its lines, or on the line before it.
    const [first, last] = [lineAt(node.start) - 1, lineAt(node.end)];
    const excused = comments.some(
      ({ value, start }) => /^\s*ignore: \S/.test(value) && lineAt(start) >= first && lineAt(start) <= last,
    );
    if (excused) return;
    const message = "swallows the error; rethrow, return an outcome, or say // ignore: reason";
    findings.push({ path: file.path, line: lineAt(node.start), message });
  };
  visit(file, {
    CatchClause: (node) => check(node, handles(node)),
    CallExpression: (node) => {
      const { callee } = node;
      if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
      const [handler] = node.arguments;
      if (callee.property.name !== "catch" || handler?.type !== "ArrowFunctionExpression") return;
      const { body } = handler;
      check(handler, body.type === "BlockStatement" ? body.body.length > 0 : !isNothing(body));
    },
  });
  return findings;
}

function handles(clause: CatchClause): boolean {
  const [only, more] = clause.body.body;
  if (only?.type === "ReturnStatement" && more === undefined) {
    return only.argument !== null && !isNothing(only.argument);
  }
  let acts = false;
  const act = (): void => {
    acts = true;
  };
  new Visitor({
    ThrowStatement: act,
    ReturnStatement: act,
    AssignmentExpression: act,
    UpdateExpression: act,
    CallExpression: act,
  }).visit({ type: "Program", body: [clause.body], sourceType: "module", hashbang: null, start: 0, end: 0 });
  return acts;
}

/** `undefined`, `null`, `[]` and `{}`: values that hide that something went wrong. */
function isNothing(value: Expression | FunctionBody): boolean {
  if (value.type === "Identifier") return value.name === "undefined";
  if (value.type === "Literal") return value.value === null;
  if (value.type === "ArrayExpression") return value.elements.length === 0;
  return value.type === "ObjectExpression" && value.properties.length === 0;
}
