/** `reeve contexts`: whether contexts survived as patterns declare, what broke that, and what changed undeclared. */
import { closestName, type ContextPlace } from "@reeve/core";
import { openAccess } from "../access/open-access.ts";
import type { ContextsOfPattern } from "../access/runtime-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { CommandError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { NoLogYet } from "../config/open-runtime.ts";
import { contextLines, remedyFor } from "../output/context-lines.ts";
import { jsonText } from "../output/json-text.ts";

export const contextsCommand: Command = {
  name: "contexts",
  words: ["[PATTERN]"],
  summary: "tell what broke the preservation of contexts, where, and what helps",
  examples: [
    ["reeve contexts", "patterns that preserve something, and steps that change what nobody declares"],
    ["reeve contexts orders.fulfil", "one pattern"],
    ["reeve contexts --json | jq '.patterns[].broken[]'", "for programs; times are epoch milliseconds"],
  ],
  options: { ...JSON_OPTION, ...ACCESS_OPTIONS },
  run: async (call) => {
    const { given, terminal } = call;
    const known = await find(call);
    const name = given.word(0);
    const shown = name === "" ? known : known.filter(({ pattern }) => pattern === name);
    if (name !== "" && shown.length === 0) throw unknown(name, known);
    if (given.flag("json")) {
      terminal.out.line(jsonText({ patterns: shown.map(jsonOf) }));
      return EXIT.ok;
    }
    if (shown.length === 0)
      terminal.err.line("nothing to tell: no ended run preserves something, and no step changed its context");
    for (const line of contextLines(shown, terminal.out)) terminal.out.line(line);
    return EXIT.ok;
  },
};

async function find(call: Call): Promise<readonly ContextsOfPattern[]> {
  try {
    await using runtime = await openAccess(call, "guest");
    return await runtime.contexts();
  } catch (error) {
    if (error instanceof NoLogYet) return [];
    throw error;
  }
}

function unknown(name: string, known: readonly ContextsOfPattern[]): CommandError {
  const close = closestName(
    name,
    known.map(({ pattern }) => pattern),
  );
  return new CommandError(
    EXIT.notFound,
    `nothing is known of contexts of a pattern '${name}'`,
    close === undefined
      ? "it preserves nothing, or has no ended run; see all: reeve contexts"
      : `did you mean '${close}'?`,
  );
}

function jsonOf(contexts: ContextsOfPattern): { readonly [key: string]: unknown } {
  const { pattern, declaring, kept, broken, changed } = contexts;
  return {
    pattern,
    declaring,
    kept,
    rate: declaring === 0 ? null : kept / declaring,
    broken: broken.map((place) => ({ ...placeJson(place), remedy: remedyFor(pattern, place) })),
    undeclared: changed.map((place) => ({ ...placeJson(place), severity: place.severity ?? null })),
  };
}

function placeJson({ key, path, agent, times, firstAt, lastAt, example }: ContextPlace): object {
  const { run, before = null, after = null } = example;
  return { key, path, agent: agent ?? null, times, firstAt, lastAt, example: { run, before, after } };
}
