/** `reeve registry export|import`: takes patterns out of the code into a file, and from a file into this project's. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import {
  createRuntime,
  memoryEngine,
  packPatterns,
  patternVersion,
  unpackPatterns,
  type Pattern,
  type RuntimeOptions,
} from "@reeve/core";
import { CONFIG_OPTION, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { CommandError, configurationError, usageError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { findConfig } from "../config/find-config.ts";
import { loadConfig } from "../config/load-config.ts";
import { jsonText } from "../output/json-text.ts";
import { plural } from "../output/number-text.ts";
import { oneLine } from "../output/safe-text.ts";

export const registryCommand: Command = {
  name: "registry",
  words: ["ACTION", "FILE"],
  needsFiles: true,
  summary: "export patterns to a file, or import those of a file",
  examples: [
    [
      "reeve registry export orders.patterns --pattern orders",
      "orders and what is below it, without their code",
    ],
    ["reeve registry export all.patterns", "all patterns that can be kept outside of code"],
    [
      "reeve registry import orders.patterns",
      "into the file that the configuration names: stored: { file, parts }",
    ],
  ],
  options: {
    pattern: { kind: "list", value: "NAME", summary: "export only NAME and what is below it (repeatable)" },
    ...JSON_OPTION,
    ...CONFIG_OPTION,
  },
  run: async (call) => {
    const action = call.given.word(0);
    if (action === "export") return exportPatterns(call);
    if (action === "import") return importPatterns(call);
    throw usageError(`reeve registry has no action '${action}'`, "use export or import");
  },
};

async function exportPatterns(call: Call): Promise<number> {
  const { given, folder, terminal } = call;
  const file = resolve(folder, given.word(1));
  const options = await configOf(call);
  await using runtime = await createRuntime(onlyPatterns(options));
  const wanted = given.list("pattern");
  const isWanted = ({ name }: Pattern): boolean =>
    wanted.length === 0 || wanted.some((each) => name === each || name.startsWith(`${each}.`));
  const chosen = runtime.patterns.filter(isWanted);
  if (chosen.length === 0) {
    throw new CommandError(EXIT.notFound, "there are no such patterns", "see all: reeve patterns");
  }
  const { bytes, packed, left } = packPatterns(chosen);
  if (packed.length > 0) writeNew(file, bytes);
  if (given.flag("json")) {
    const leftOut = left.map(({ pattern, why }) => ({ ...nameOf(pattern), why }));
    terminal.out.line(jsonText({ file, exported: packed.map(nameOf), left: leftOut }));
  } else {
    for (const { pattern, why } of left) {
      terminal.err.line(
        `${terminal.err.paint("yellow", "!")} ${oneLine(pattern.name)} stays in the code: ${why}`,
      );
    }
    if (packed.length > 0) {
      terminal.out.line(`wrote ${plural(packed.length, "pattern")} to ${oneLine(relative(folder, file))}`);
    }
  }
  return packed.length > 0 ? EXIT.ok : EXIT.refused;
}

async function importPatterns(call: Call): Promise<number> {
  const { given, folder, terminal } = call;
  const source = resolve(folder, given.word(1));
  if (!existsSync(source)) throw new CommandError(EXIT.notFound, `there is no file ${source}`);
  const options = await configOf(call);
  const { stored } = options;
  if (!stored) {
    throw configurationError(
      "the configuration does not say where imported patterns are kept",
      'add stored: { file: "patterns.reeve", parts: [ … the agents they call … ] }',
    );
  }
  const file = resolve(stored.file);
  const before = existsSync(file) ? unpackPatterns(stored.file, contentOf(file), stored.parts) : [];
  const incoming = unpackPatterns(given.word(1), contentOf(source), stored.parts);
  const known = new Set([...options.patterns, ...before].map(keyOf));
  const added = incoming.filter((pattern) => !known.has(keyOf(pattern)));
  const patterns = [...before, ...added];
  // All together must be something that a runtime starts with.
  const all = [...options.patterns, ...patterns];
  await (await createRuntime({ patterns: all, engine: memoryEngine() })).close();
  const { bytes, left } = packPatterns(patterns);
  assert.deepEqual(left, [], "what was stored once can be stored again");
  if (added.length > 0) replaceFile(file, bytes);
  const there = incoming.filter((pattern) => !added.includes(pattern));
  if (given.flag("json")) {
    terminal.out.line(jsonText({ file, imported: added.map(nameOf), there: there.map(nameOf) }));
    return EXIT.ok;
  }
  for (const pattern of there) {
    terminal.err.line(`${oneLine(pattern.name)} is there in version ${oneLine(patternVersion(pattern))}`);
  }
  for (const pattern of added) {
    const how = pattern.matches ? "" : " (started by name only)";
    terminal.out.line(`imported ${oneLine(pattern.name)}, version ${oneLine(patternVersion(pattern))}${how}`);
  }
  terminal.out.line(`${plural(patterns.length, "pattern")} in ${oneLine(relative(folder, file))}`);
  return EXIT.ok;
}

async function configOf(call: Call): Promise<RuntimeOptions> {
  return loadConfig(findConfig(call));
}

function onlyPatterns({ patterns, stored }: RuntimeOptions): RuntimeOptions {
  return { patterns, ...(stored && { stored }), engine: memoryEngine() };
}

/** What patterns say to agents can be confidential. */
const PRIVATE_NEW = { flag: "wx", mode: 0o600 } as const;

/** Never over what is there. */
function writeNew(file: string, bytes: Uint8Array): void {
  if (existsSync(file)) {
    throw new CommandError(EXIT.refused, `${file} exists`, "name another file, or remove that one");
  }
  onDisk(file, "written", () => writeFileSync(file, bytes, PRIVATE_NEW));
}

/** Whoever reads meanwhile finds the old content or the new one. */
function replaceFile(file: string, bytes: Uint8Array): void {
  const beside = `${file}.${process.pid}.tmp`;
  onDisk(file, "written", () => {
    writeFileSync(beside, bytes, PRIVATE_NEW);
    renameSync(beside, file);
  });
}

function contentOf(file: string): Buffer {
  return onDisk(file, "read", () => readFileSync(file));
}

/** @throws CommandError with what the system says */
function onDisk<Result>(file: string, what: "read" | "written", work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(EXIT.refused, `${file} can't be ${what}: ${why}`, undefined, error);
  }
}

function nameOf(pattern: Pattern): { readonly name: string; readonly version: string } {
  return { name: pattern.name, version: patternVersion(pattern) };
}

function keyOf(pattern: Pattern): string {
  return JSON.stringify([pattern.name, patternVersion(pattern)]);
}
