/** `reeve patterns`: what is registered, which contexts it serves, and what could be better about it. */
import {
  adviceOn,
  closestName,
  createRuntime,
  lighterPatterns,
  memoryEngine,
  patternsBelow,
  patternVersion,
  similarPatterns,
  stepCount,
  unusedPatterns,
  type Advice,
  type Pattern,
} from "@reeve/core";
import { CONFIG_OPTION, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { CommandError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { findConfig } from "../config/find-config.ts";
import { loadConfig } from "../config/load-config.ts";
import { NoLogYet, openAsGuest } from "../config/open-runtime.ts";
import { jsonText } from "../output/json-text.ts";
import { patternLines, type PatternRow } from "../output/pattern-lines.ts";

export const patternsCommand: Command = {
  name: "patterns",
  words: ["[NAME]"],
  summary: "list patterns, the contexts they serve, and advice on them",
  examples: [
    ["reeve patterns", "all that the configuration registers"],
    ["reeve patterns orders", "orders and what is below it, such as orders.fulfil"],
    ["reeve patterns --advice", "what is allowed, and often not what was meant"],
    ["reeve patterns --unused", "those that have no runs in the log"],
    ["reeve patterns --json | jq '.patterns[].name'", "for programs"],
  ],
  options: {
    advice: { kind: "flag", summary: "only patterns there is advice on, with the advice" },
    unused: { kind: "flag", summary: "only patterns without runs in the log" },
    ...JSON_OPTION,
    ...CONFIG_OPTION,
  },
  run: async (call) => {
    const { given, terminal } = call;
    const all = await registeredPatterns(call);
    const named = namedPatterns(all, given.word(0));
    const shown = given.flag("unused") ? await withoutRuns(call, named) : named;
    const rows = shown
      .map((pattern) => rowOf(pattern, all))
      .filter(({ advice }) => !given.flag("advice") || advice.length > 0);
    if (given.flag("json")) {
      terminal.out.line(jsonText({ patterns: rows.map(jsonOf) }));
      return EXIT.ok;
    }
    if (rows.length === 0) terminal.err.line(nothingText(call, all));
    const options = { hasAdvice: given.flag("advice"), isAlone: given.word(0) !== "" && rows.length === 1 };
    for (const line of patternLines(rows, options, terminal.out)) terminal.out.line(line);
    return EXIT.ok;
  },
};

/** What the configuration registers, found fit for it; the log is not touched. */
async function registeredPatterns(call: Call): Promise<readonly Pattern[]> {
  const { patterns, stored } = await loadConfig(findConfig(call));
  await using runtime = await createRuntime({ patterns, ...(stored && { stored }), engine: memoryEngine() });
  return runtime.patterns;
}

/** @throws CommandError */
function namedPatterns(all: readonly Pattern[], name: string): readonly Pattern[] {
  if (name === "") return all;
  const found = patternsBelow(all, name);
  if (found.length > 0) return found;
  const close = closestName(name, [...new Set(all.flatMap((pattern) => namesAbove(pattern.name)))]);
  throw new CommandError(
    EXIT.notFound,
    `there is no pattern '${name}', and none below it`,
    close === undefined ? "see all: reeve patterns" : `did you mean '${close}'?`,
  );
}

/** The name, and each name it is below: `orders.eu.ship`, `orders.eu`, `orders`. */
function namesAbove(name: string): string[] {
  const above = name.lastIndexOf(".");
  return above === -1 ? [name] : [name, ...namesAbove(name.slice(0, above))];
}

async function withoutRuns(call: Call, patterns: readonly Pattern[]): Promise<readonly Pattern[]> {
  try {
    await using runtime = await openAsGuest(call);
    const used = new Set<string>();
    for (const { name } of patterns) {
      const { runs } = await runtime.runs({ pattern: name, limit: 1 });
      if (runs.length > 0) used.add(name);
    }
    return unusedPatterns(patterns, (name) => (used.has(name) ? 1 : 0));
  } catch (error) {
    if (error instanceof NoLogYet) return patterns;
    throw error;
  }
}

function rowOf(pattern: Pattern, all: readonly Pattern[]): PatternRow {
  const { name, kind, description, matches } = pattern;
  const namesOf = (patterns: readonly Pattern[]): string[] => patterns.map((each) => each.name);
  return {
    name,
    kind,
    description,
    matches,
    version: patternVersion(pattern),
    steps: stepCount(pattern),
    advice: adviceOn(pattern),
    similar: namesOf(similarPatterns(all, pattern).map((found) => found.pattern)),
    lighter: namesOf(lighterPatterns(all, pattern)),
  };
}

function jsonOf(row: PatternRow): { readonly [key: string]: unknown } {
  const advice = row.advice.map(({ code, path, message }: Advice) => ({ code, path, message }));
  return { ...row, description: row.description ?? null, matches: row.matches ?? null, advice };
}

function nothingText({ given }: Call, all: readonly Pattern[]): string {
  if (all.length === 0) return "the configuration registers no patterns";
  if (given.flag("advice")) return "no advice: nothing stands out";
  return "every pattern has runs";
}
