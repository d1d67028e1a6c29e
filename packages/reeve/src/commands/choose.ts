/** `reeve choose`: which pattern a task would be delegated to, and why; a dry run that starts nothing. */
import type { ChoicePreview } from "@reeve/core";
import { openAccess } from "../access/open-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Command } from "../command-line/command.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { CONTEXT_OPTIONS, readContext } from "../command-line/read-context.ts";
import { cautionText, percentText } from "../output/believed-text.ts";
import { candidateLines, reasonText } from "../output/candidate-lines.ts";
import { jsonText } from "../output/json-text.ts";
import { countText } from "../output/number-text.ts";
import { oneLine } from "../output/safe-text.ts";
import type { OutputStream } from "../output/terminal.ts";
import { wrapWords } from "../output/wrap-words.ts";

export const chooseCommand: Command = {
  name: "choose",
  words: [],
  summary: "which pattern a task would be delegated to, and why; starts nothing",
  examples: [
    ["reeve choose --domain orders", "the pattern that is most likely to be chosen"],
    ["reeve choose --domain orders --why", "every candidate, what is known of it, and why it is not allowed"],
    ["reeve choose --domain orders --attribute express=true --json", "for programs"],
  ],
  options: {
    why: { kind: "flag", summary: "with the candidates, what is believed of each, and its chance" },
    ...CONTEXT_OPTIONS,
    ...JSON_OPTION,
    ...ACCESS_OPTIONS,
  },
  run: async (call) => {
    const { given, terminal } = call;
    const context = readContext(call);
    await using runtime = await openAccess(call, "look");
    const preview = await runtime.choose(context);
    if (given.flag("json")) terminal.out.line(jsonText(jsonOf(preview)));
    else print(terminal.out, preview, given.flag("why"));
    if (!preview.refused) return EXIT.ok;
    return preview.refused.code === "pattern-not-found" ? EXIT.notFound : EXIT.refused;
  },
};

function print(out: OutputStream, preview: ChoicePreview, withWhy: boolean): void {
  const { paint } = out;
  const columns = out.isLive ? out.columns : Infinity;
  const { pattern, refused, recovery, candidates, hidden } = preview;
  const say = (text: string): void => {
    for (const line of wrapWords(oneLine(text), columns)) out.line(line);
  };
  out.line(paint("bold", pattern === undefined || refused ? "no pattern" : oneLine(pattern)));
  say(preview.reason);
  if (refused?.hint !== undefined) say(`hint: ${refused.hint}`);
  if (recovery !== undefined) say(`nothing can be chosen as it stands: ${recovery}`);
  if (!withWhy) return;
  const rows = candidates.map(({ posterior, ...candidate }) => ({
    ...candidate,
    ...posterior,
    outcomes: posterior.evidence,
    costUsd: posterior.cost?.median,
    caution: cautionText(posterior),
  }));
  for (const line of candidateLines(rows, out)) out.line(line);
  if (hidden > 0) say(`${countText(hidden)} more, ${reasonText("missing-grant")}`);
  if (candidates.length > 0) say(limitText(preview));
}

function limitText({ threshold, explore, context }: ChoicePreview): string {
  const tries = explore ? "others are tried now and then to learn about them" : "nothing is tried to learn";
  return `in domain '${context.domain}' a pattern known to succeed in less than ${percentText(threshold)} is passed over; ${tries}`;
}

function jsonOf(preview: ChoicePreview): { readonly [key: string]: unknown } {
  const { pattern, recovery, refused, ...rest } = preview;
  return {
    pattern: pattern ?? null,
    recovery: recovery ?? null,
    refused: refused ? { ...refused, hint: refused.hint ?? null } : null,
    ...rest,
    candidates: rest.candidates.map((candidate) => ({
      ...candidate,
      littleEvidence: cautionText(candidate.posterior) === "little evidence",
    })),
  };
}
