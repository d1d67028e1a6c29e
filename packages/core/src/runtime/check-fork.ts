/** Holds what a run is forked with against its pattern. */
import { closestName } from "../delegation/closest-name.ts";
import { encode } from "../delegation/codec.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { validate } from "../delegation/schema.ts";
import { showValue } from "../delegation/show-value.ts";
import type { Encoded } from "../engine/engine.ts";
import { ReeveError } from "../errors.ts";
import { nodeAt, templatesOf } from "../patterns/node-at.ts";
import type { ForkOptions } from "../run-handle.ts";

/** What a forked run is to have in place of what is stored. */
export interface Edit {
  readonly input?: Encoded;
  readonly output?: Encoded;
}

/**
 * The edits as they are kept.
 * @throws ReeveError `option-invalid` for a step the pattern does not have, or an edit that does not fit it.
 */
export async function checkFork(pattern: Pattern, options: ForkOptions): Promise<Edit> {
  const { from = "", input, output } = options;
  if (typeof from !== "string") throw invalid(`from is ${showValue(from)}`, "give the path of a step");
  if (input !== undefined && output !== undefined) {
    throw invalid(
      "both input and output are given",
      "give the step another input, or take its output as given",
    );
  }
  const node = nodeAt(pattern, from);
  if (!node) {
    const templates = templatesOf(pattern);
    const close = closestName(from, templates);
    const hint = close ? `did you mean '${close}'?` : `its steps are: ${templates.join(", ")}`;
    throw invalid(`pattern '${pattern.name}' has no step '${from}'`, hint);
  }
  if (output === undefined) return input === undefined ? {} : { input: encode(input, "input") };
  if (node.kind !== "agent") {
    throw invalid(
      `'${from}' is ${node.kind}, and no agent's step`,
      "give the output of a step that calls an agent",
    );
  }
  const validation = node.output ? await validate(node.output, output) : { ok: true as const, value: output };
  if (!validation.ok) {
    throw new ReeveError("output-invalid", `fork: the output does not fit '${from}': ${validation.reason}`);
  }
  return { output: encode(validation.value, "output") };
}

function invalid(what: string, hint: string): ReeveError {
  return new ReeveError("option-invalid", `fork: ${what}`, { hint });
}
