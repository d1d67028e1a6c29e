/**
 * Packs patterns into one file: a line with the format and a checksum over all that follows, a line with the index
 * (what the registry needs to know), then the steps of each pattern on their own, compressed with zstd.
 */
import { hash } from "node:crypto";
import { zstdCompressSync } from "node:zlib";
import type { Pattern, PatternNode } from "../../delegation/pattern.ts";
import { patternVersion, shapeOf } from "../../patterns/fingerprint.ts";
import { hasSlowdown } from "../../patterns/slowdown.ts";
import { childrenOf } from "../../patterns/tree.ts";
import {
  declareBody,
  declareHead,
  undeclarable,
  type DeclaredBody,
  type DeclaredHead,
  type Parts,
} from "./declaration.ts";

export const FORMAT = "reeve-patterns 1";

/** One pattern in the index. */
export interface IndexEntry {
  readonly name: string;
  readonly kind: DeclaredBody["kind"];
  /** With the version, whether it was declared or follows from the steps. */
  readonly head: DeclaredHead & { readonly version: string };
  /** The steps that are code, by name, with their shapes. */
  readonly parts: { readonly [name: string]: string };
  /** The names of parts without which it can run too: those of levels that may be passed over. */
  readonly passable?: readonly string[];
  readonly hasSlowdown: boolean;
  /** Of its steps, compressed. */
  readonly bytes: number;
}

export interface PackedPatterns {
  readonly bytes: Buffer;
  readonly packed: readonly Pattern[];
  /** What can't be kept outside of code, and why. */
  readonly left: readonly { readonly pattern: Pattern; readonly why: string }[];
}

/** Packs the patterns that hold no functions themselves; steps that do are named, and stay code. */
export function packPatterns(patterns: readonly Pattern[]): PackedPatterns {
  const packed: Pattern[] = [];
  const left: { readonly pattern: Pattern; readonly why: string }[] = [];
  const entries: IndexEntry[] = [];
  const bodies: Buffer[] = [];
  const known = new Map<string, PatternNode>();
  for (const pattern of patterns) {
    const parts: Parts = new Map();
    const version = patternVersion(pattern);
    const body = undeclarable(pattern) === undefined ? declareBody(pattern, parts) : undefined;
    const head = { ...declareHead(pattern, version), version };
    const why = undeclarable(pattern) ?? notJson(head, body) ?? ambiguous(parts, known);
    if (!body || why !== undefined) {
      left.push({ pattern, why: why ?? "it is code" });
      continue;
    }
    const compressed = zstdCompressSync(JSON.stringify(body));
    const { name } = pattern;
    const named = Object.fromEntries(
      Array.from(parts, ([part, [node]]) => [part, node ? shapeOf(node) : ""]),
    );
    const needed = neededParts(pattern, parts);
    const passable = Object.keys(named).filter((part) => !needed.has(part));
    const entry = { name, kind: body.kind, head, parts: named, hasSlowdown: hasSlowdown(pattern) };
    entries.push({ ...entry, ...(passable.length > 0 && { passable }), bytes: compressed.length });
    bodies.push(compressed);
    packed.push(pattern);
    for (const [part, [node]] of parts) if (node) known.set(part, node);
  }
  const content = Buffer.concat([Buffer.from(`${JSON.stringify(entries)}\n`), ...bodies]);
  const first = Buffer.from(`${FORMAT} ${hash("sha256", content)}\n`);
  return { bytes: Buffer.concat([first, content]), packed, left };
}

/** The names of the parts that are reached whatever level of a chain is passed over. */
function neededParts(node: PatternNode, parts: Parts): Set<string> {
  if (parts.get(node.name)?.has(node)) return new Set([node.name]);
  const last = node.kind === "degrade" ? node.levels.at(-1)?.node : undefined;
  const below = last ? [last] : childrenOf(node, "").map((child) => child.node);
  return new Set(below.flatMap((child) => [...neededParts(child, parts)]));
}

/** Parts are handed over by name. @param known those of the patterns packed before */
function ambiguous(parts: Parts, known: ReadonlyMap<string, PatternNode>): string | undefined {
  for (const [name, nodes] of parts) {
    if (nodes.size > 1) return `two of its steps in code are called '${name}'`;
    const other = known.get(name);
    if (other && !nodes.has(other))
      return `another pattern in the file has another '${name}'; keep them in two`;
  }
  return undefined;
}

/** Conditions and contexts may hold values that JSON would change, such as Infinity. */
function notJson(head: DeclaredHead, body: DeclaredBody | undefined): string | undefined {
  const value = { matches: head.matches, body };
  return isSame(value, JSON.parse(JSON.stringify(value)))
    ? undefined
    : "it holds values that JSON does not have";
}

/** Objects without a prototype count as plain ones. */
function isSame(left: unknown, right: unknown): boolean {
  if (typeof left !== "object" || left === null || typeof right !== "object" || right === null)
    return Object.is(left, right);
  const [ours, theirs] = [entriesOf(left), entriesOf(right)];
  return (
    Array.isArray(left) === Array.isArray(right) &&
    ours.length === theirs.length &&
    ours.every(([key, value]) => Object.hasOwn(right, key) && isSame(value, Reflect.get(right, key)))
  );
}

/** What is undefined is left out by JSON, and means the same. */
function entriesOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, each]) => each !== undefined);
}
