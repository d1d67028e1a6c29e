/** `reeve patterns`: what is registered, which contexts it serves, and what could be better about it. */
import { closestName, createRuntime, memoryEngine } from "@reeve/core";
import { localAccess } from "../access/local-access.ts";
import { openAccess } from "../access/open-access.ts";
import type { RegisteredPattern, Registry, RuntimeAccess } from "../access/runtime-access.ts";
import { serverOf } from "../access/server-of.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { CommandError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { findConfig } from "../config/find-config.ts";
import { loadConfig } from "../config/load-config.ts";
import { NoLogYet } from "../config/open-runtime.ts";
import { jsonText } from "../output/json-text.ts";
import { patternLines } from "../output/pattern-lines.ts";

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
    ...ACCESS_OPTIONS,
  },
  run: async (call) => {
    const { given, terminal } = call;
    const name = given.word(0);
    const known = await registryOf(call, name);
    if (name !== "" && known.patterns.length === 0) throw unknown(name, known);
    const shown = given.flag("unused") ? await withoutRuns(call, known.patterns) : known.patterns;
    const rows = shown.filter(({ advice }) => !given.flag("advice") || advice.length > 0);
    if (given.flag("json")) {
      terminal.out.line(jsonText({ patterns: rows.map(jsonOf) }));
      return EXIT.ok;
    }
    if (rows.length === 0) terminal.err.line(nothingText(call, known));
    const options = { hasAdvice: given.flag("advice"), isAlone: name !== "" && rows.length === 1 };
    for (const line of patternLines(rows, options, terminal.out)) terminal.out.line(line);
    return EXIT.ok;
  },
};

/** What a server has, or the configuration registers and is found fit for; of the latter the log is not touched. */
async function registryOf(call: Call, name: string): Promise<Registry> {
  await using runtime = serverOf(call) ? await openAccess(call, "guest") : await configured(call);
  return await runtime.registry(name === "" ? undefined : name);
}

async function configured(call: Call): Promise<RuntimeAccess> {
  const { patterns, stored } = await loadConfig(findConfig(call));
  return localAccess(await createRuntime({ patterns, ...(stored && { stored }), engine: memoryEngine() }));
}

function unknown(name: string, { names }: Registry): CommandError {
  const close = closestName(name, [...new Set(names.flatMap(namesAbove))]);
  return new CommandError(
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

async function withoutRuns(
  call: Call,
  patterns: readonly RegisteredPattern[],
): Promise<readonly RegisteredPattern[]> {
  try {
    await using runtime = await openAccess(call, "guest");
    const used = new Set<string>();
    for (const { name } of patterns) {
      const { runs } = await runtime.runs({ pattern: name, limit: 1 });
      if (runs.length > 0) used.add(name);
    }
    return patterns.filter(({ name }) => !used.has(name));
  } catch (error) {
    if (error instanceof NoLogYet) return patterns;
    throw error;
  }
}

function jsonOf(row: RegisteredPattern): { readonly [key: string]: unknown } {
  const { name, kind, description = null, matches = null, version, steps, similar, lighter } = row;
  const advice = row.advice.map(({ code, path, message }) => ({ code, path, message }));
  return { name, kind, description, matches, version, steps, advice, similar, lighter };
}

function nothingText({ given }: Call, { names }: Registry): string {
  if (names.length === 0) return "the configuration registers no patterns";
  if (given.flag("advice")) return "no advice: nothing stands out";
  return "every pattern has runs";
}
