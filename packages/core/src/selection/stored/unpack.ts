/**
 * Reads a file of packed patterns. The whole file and all parts are checked at once; the steps of a pattern are
 * unpacked and built when somebody first asks for them.
 */
import { hash } from "node:crypto";
import { zstdDecompressSync } from "node:zlib";
import type { AgentNode } from "../../delegation/agent.ts";
import type { Pattern, PatternNode } from "../../delegation/pattern.ts";
import { showValue } from "../../delegation/show-value.ts";
import { ReeveError } from "../../errors.ts";
import { isNode } from "../../patterns/checker.ts";
import { shapeOf } from "../../patterns/fingerprint.ts";
import { agentsOf, requiredGrants } from "../../patterns/tree.ts";
import { buildPattern, type Storable } from "./build.ts";
import { lazyPattern } from "./lazy-pattern.ts";
import { FORMAT, type IndexEntry } from "./pack.ts";
import { parseBody, parseIndex } from "./parse.ts";

/** Of one pattern's steps, unpacked. */
const BODY_BYTES_MAX = 1_000_000;
const NEWLINE = 10;

/**
 * The patterns in the order of the file, good for `createRuntime({ patterns })`.
 * @param source what messages call it, such as the file's name
 * @param parts the agents, patterns and control steps that the packed patterns name as their steps
 * @throws ReeveError `stored-patterns-invalid` when it is no such file, damaged, or a part is missing or has changed.
 */
export function unpackPatterns(source: string, bytes: Buffer, parts: readonly PatternNode[]): Pattern[] {
  const content = checkedContent(source, bytes);
  const known = partsByName(source, parts);
  const end = content.indexOf(NEWLINE);
  const entries = parseIndex(source, content.toString("utf8", 0, end));
  let at = end + 1;
  return entries.map((entry) => {
    checkParts(source, entry, known);
    const compressed = content.subarray(at, (at += entry.bytes));
    return unpack(source, entry, compressed, known);
  });
}

function unpack(
  source: string,
  entry: IndexEntry,
  compressed: Buffer,
  known: ReadonlyMap<string, PatternNode>,
): Pattern {
  const { name, kind, head, hasSlowdown } = entry;
  // Kept in place of the entry: the names are shared between patterns.
  const named = Object.keys(entry.parts);
  const partNamed = (part: string): PatternNode => {
    const found = named.includes(part) ? known.get(part) : undefined;
    if (found) return found;
    throw invalid(source, `pattern '${name}' uses '${part}' and does not say so`, "export it again");
  };
  const build = (): Storable => {
    return buildPattern(name, head, parseBody(source, name, textOf(source, name, compressed)), partNamed);
  };
  const nodesOf = (names: readonly string[]): PatternNode[] => names.flatMap((part) => known.get(part) ?? []);
  const agents = new Set<AgentNode>(nodesOf(named).flatMap(agentsOf));
  const needed = named.filter((part) => !entry.passable?.includes(part));
  const requires = [...new Set(nodesOf(needed).flatMap(requiredGrants))].toSorted();
  return lazyPattern({ name, kind, head, build, outline: { agents: [...agents], requires, hasSlowdown } });
}

function textOf(source: string, name: string, compressed: Buffer): string {
  try {
    return zstdDecompressSync(compressed, { maxOutputLength: BODY_BYTES_MAX }).toString("utf8");
  } catch (error) {
    throw new ReeveError("stored-patterns-invalid", `${source}: the steps of '${name}' can't be unpacked`, {
      cause: error,
      hint: `export it again; they must have at most ${BODY_BYTES_MAX} bytes`,
    });
  }
}

/** What follows the first line, known to be whole. */
function checkedContent(source: string, bytes: Buffer): Buffer {
  const end = bytes.indexOf(NEWLINE);
  const [format, version, checksum] = bytes.toString("utf8", 0, Math.min(end, 200)).split(" ");
  const [wantedFormat, wantedVersion] = FORMAT.split(" ");
  if (end === -1 || format !== wantedFormat || version === undefined) {
    throw invalid(source, "it is no file of patterns", "write one with `reeve registry export FILE`");
  }
  if (version !== wantedVersion) {
    const hint = `update this one, or export again with one that writes format ${String(wantedVersion)}`;
    throw invalid(source, `it has format ${showValue(version)}, of another version of Reeve`, hint);
  }
  const content = bytes.subarray(end + 1);
  if (hash("sha256", content) === checksum) return content;
  throw invalid(source, "it is damaged: its checksum does not hold", "export it again, or take a copy");
}

function partsByName(source: string, parts: readonly PatternNode[]): ReadonlyMap<string, PatternNode> {
  const known = new Map<string, PatternNode>();
  for (const part of parts) {
    if (!isNode(part)) {
      throw invalid(source, `a part is ${showValue(part)}`, "give agents, patterns and control steps");
    }
    if (known.has(part.name) && known.get(part.name) !== part) {
      throw invalid(source, `two parts are called '${part.name}'`, "rename one, or keep them in two files");
    }
    known.set(part.name, part);
  }
  return known;
}

function checkParts(
  source: string,
  { name, parts }: IndexEntry,
  known: ReadonlyMap<string, PatternNode>,
): void {
  for (const [part, shape] of Object.entries(parts)) {
    const node = known.get(part);
    if (!node) {
      const hint = `add it to the parts: stored: { file, parts: [ …, the step called '${part}' ] }`;
      throw invalid(source, `pattern '${name}' needs a part '${part}', which was not given`, hint);
    }
    if (shapeOf(node) !== shape) {
      const hint = "give the part it was exported with, or export the pattern again";
      throw invalid(source, `pattern '${name}' was exported with another '${part}'`, hint);
    }
  }
}

function invalid(source: string, problem: string, hint: string): ReeveError {
  return new ReeveError("stored-patterns-invalid", `${source}: ${problem}`, { hint });
}
