/** `reeve confidence`: what was learned of each pattern, by domain. */
import { closestName } from "@reeve/core";
import { openAccess } from "../access/open-access.ts";
import type { Believed } from "../access/runtime-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Command } from "../command-line/command.ts";
import { CommandError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { confidenceLines } from "../output/confidence-lines.ts";
import { jsonText } from "../output/json-text.ts";
import { oneLine } from "../output/safe-text.ts";

export const confidenceCommand: Command = {
  name: "confidence",
  words: ["[PATTERN]"],
  summary: "what was learned of patterns: success by domain, with interval, and durations",
  examples: [
    ["reeve confidence", "every pattern that has run, in every domain"],
    ["reeve confidence orders.fulfil", "one of them"],
    ["reeve confidence --domain orders --json", "for programs"],
  ],
  options: {
    domain: { kind: "text", value: "NAME", summary: "only this domain" },
    ...JSON_OPTION,
    ...ACCESS_OPTIONS,
  },
  run: async (call) => {
    const { given, terminal } = call;
    await using runtime = await openAccess(call, "look");
    const all = await runtime.confidence();
    const domain = given.text("domain");
    const rows = named(all, given.word(0)).filter((row) => domain === undefined || row.domain === domain);
    if (given.flag("json")) {
      terminal.out.line(jsonText({ confidence: rows.map(jsonOf) }));
      return EXIT.ok;
    }
    if (rows.length === 0) terminal.err.line("nothing was learned yet: no run of such a pattern has ended");
    for (const line of confidenceLines(rows, terminal.out)) terminal.out.line(line);
    return EXIT.ok;
  },
};

/** @throws CommandError */
function named(all: readonly Believed[], name: string): readonly Believed[] {
  if (name === "") return all;
  const found = all.filter(({ pattern }) => pattern === name || pattern.startsWith(`${name}.`));
  if (found.length > 0) return found;
  const close = closestName(
    name,
    all.map(({ pattern }) => pattern),
  );
  throw new CommandError(
    EXIT.notFound,
    `nothing was learned of a pattern '${oneLine(name)}'`,
    close === undefined ? "see all: reeve confidence" : `did you mean '${close}'?`,
  );
}

function jsonOf({ pattern, domain, posterior }: Believed): { readonly [key: string]: unknown } {
  const { mean, low, high, evidence, tries, doubt, durationMs, cost } = posterior;
  return {
    pattern,
    domain,
    mean,
    low,
    high,
    evidence,
    littleEvidence: evidence < 5,
    tries,
    doubt: doubt ?? null,
    durationMs: durationMs ?? null,
    cost: cost ?? null,
  };
}
