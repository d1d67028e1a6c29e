/** Finds the approval that a signal's name means, and holds the answer against its schema. */
import { encode } from "../delegation/codec.ts";
import { segment, type Path } from "../delegation/path.ts";
import type { ApprovalNode, Pattern } from "../delegation/pattern.ts";
import { validate } from "../delegation/schema.ts";
import type { Encoded } from "../engine/engine.ts";
import { ReeveError } from "../errors.ts";
import { approvals, matchesTemplate } from "../patterns/tree.ts";

export interface AddressedSignal {
  readonly path: Path;
  readonly node: ApprovalNode;
}

/**
 * @param name the approval's path (`large/second-look`), or its last part where that is enough.
 * @throws ReeveError `signal-unknown`, `signal-ambiguous`
 */
export function addressSignal(pattern: Pattern, name: string): AddressedSignal {
  const known = approvals(pattern);
  const exact = known.find(({ template }) => matchesTemplate(template, name));
  if (exact) return { path: name, node: exact.node };
  const last = `/${segment(name)}`;
  const short = known.filter(({ template }) => `/${template}`.endsWith(last));
  const [only] = short;
  const paths = known.map(({ template }) => `'${template}'`).join(", ");
  if (!only) {
    throw new ReeveError("signal-unknown", `pattern '${pattern.name}' awaits no signal '${name}'`, {
      hint: paths ? `it awaits: ${paths}` : "it has no approval",
    });
  }
  if (short.length > 1 || only.template.includes("[*]")) {
    throw new ReeveError("signal-ambiguous", `'${name}' can mean more than one approval`, {
      hint: `use the whole path, one of: ${short.map(({ template }) => `'${template}'`).join(", ")}`,
    });
  }
  return { path: only.template, node: only.node };
}

/**
 * The answer as it is kept.
 * @throws ReeveError `signal-invalid` when the schema refuses it.
 */
export async function checkAnswer(node: ApprovalNode, answer: unknown): Promise<Encoded | undefined> {
  if (!node.schema) return answer === undefined ? undefined : encode(answer, "answer");
  const validation = await validate(node.schema, answer);
  if (!validation.ok) {
    throw new ReeveError(
      "signal-invalid",
      `'${node.name}' does not accept this answer: ${validation.reason}`,
      {
        hint: "send an answer that fits the approval's schema",
      },
    );
  }
  return validation.value === undefined ? undefined : encode(validation.value, "answer");
}
