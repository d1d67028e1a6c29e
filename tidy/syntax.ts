/**
 * Syntax trees for the rules: each file is parsed once and shared by all rules. Lines are computed from offsets,
 * which the parser gives in UTF-16 units like JavaScript strings.
 */
import { parseSync, Visitor, type Comment, type Program, type VisitorObject } from "oxc-parser";
import type { SourceFile } from "./tree.ts";

export interface Import {
  /** The text between the quotes. */
  readonly specifier: string;
  readonly line: number;
}

export interface Syntax {
  readonly program: Program;
  readonly comments: readonly Comment[];
  /** Static, type-only, re-exporting and literal dynamic imports alike. */
  readonly imports: readonly Import[];
  readonly lineAt: (offset: number) => number;
}

const parsed = new WeakMap<SourceFile, Syntax>();

/** Parses a file; throws when it isn't valid TypeScript. */
export function syntaxOf(file: SourceFile): Syntax {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const syntax = parse(file);
  parsed.set(file, syntax);
  return syntax;
}

/** Calls the visitor's functions for each node of the file, in source order. */
export function visit(file: SourceFile, visitor: VisitorObject): void {
  new Visitor(visitor).visit(syntaxOf(file).program);
}

function parse(file: SourceFile): Syntax {
  const result = parseSync(file.path, file.text, { preserveParens: false });
  const error = result.errors[0];
  if (error !== undefined) throw new SyntaxError(`${file.path} doesn't parse: ${error.message}`);
  const starts = lineStarts(file.text);
  const lineAt = (offset: number): number => lineOf(starts, offset);
  return {
    program: result.program,
    comments: result.comments,
    imports: importsOf(result.program, lineAt),
    lineAt,
  };
}

function importsOf(program: Program, lineAt: (offset: number) => number): Import[] {
  const imports: Import[] = [];
  const add = (source: { readonly value: unknown; readonly start: number } | null): void => {
    if (typeof source?.value !== "string") return;
    imports.push({ specifier: source.value, line: lineAt(source.start) });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source.type === "Literal" ? node.source : null),
    TSImportType: (node) => add(node.source),
  }).visit(program);
  return imports;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Binary search for the last line that starts at or before the offset. */
function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}
