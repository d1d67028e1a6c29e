/** `reeve confidence`: what was learned of each pattern, by domain. */
import { closestName, type ConfidenceReader } from "@reeve/core";
import { CONFIG_OPTION, JSON_OPTION, type Command } from "../command-line/command.ts";
import { CommandError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { openToLook } from "../config/open-runtime.ts";
import { confidenceLines, type ConfidenceRow } from "../output/confidence-lines.ts";
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
    ...CONFIG_OPTION,
  },
  run: async (call) => {
    const { given, terminal } = call;
    await using runtime = await openToLook(call);
    const confidence = await runtime.confidence();
    const rows = rowsOf(confidence, named(confidence, given.word(0)), given.text("domain"));
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
function named(confidence: ConfidenceReader, name: string): readonly string[] {
  const known = confidence.patterns().toSorted();
  if (name === "") return known;
  const found = known.filter((pattern) => pattern === name || pattern.startsWith(`${name}.`));
  if (found.length > 0) return found;
  const close = closestName(name, known);
  throw new CommandError(
    EXIT.notFound,
    `nothing was learned of a pattern '${oneLine(name)}'`,
    close === undefined ? "see all: reeve confidence" : `did you mean '${close}'?`,
  );
}

function rowsOf(
  confidence: ConfidenceReader,
  patterns: readonly string[],
  only: string | undefined,
): ConfidenceRow[] {
  const rows: ConfidenceRow[] = [];
  for (const pattern of patterns) {
    for (const domain of confidence.domains(pattern).toSorted()) {
      if (only !== undefined && domain !== only) continue;
      rows.push({ pattern, domain, posterior: confidence.posterior(pattern, domain) });
    }
  }
  return rows;
}

function jsonOf({ pattern, domain, posterior }: ConfidenceRow): { readonly [key: string]: unknown } {
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
