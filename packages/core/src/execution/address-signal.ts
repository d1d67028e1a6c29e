/** Finds the approval that a signal's name means, and holds the answer against its schema. */
import { encode } from "../delegation/codec.ts";
import { segment, type Path } from "../delegation/path.ts";
import type { ApprovalNode, Pattern } from "../delegation/pattern.ts";
import { validate } from "../delegation/schema.ts";
import type { Encoded } from "../engine/engine.ts";
import { ReeveError } from "../errors.ts";
import { ANY_ITEM, approvals, matchesTemplate, type Placed } from "../patterns/tree.ts";

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
  if (!only) {
    throw new ReeveError("signal-unknown", `pattern '${pattern.name}' awaits no signal '${name}'`, {
      hint: known.length > 0 ? `it awaits: ${pathsOf(known)}` : "it has no approval",
    });
  }
  if (short.length > 1 || only.template.includes(ANY_ITEM)) {
    throw new ReeveError("signal-ambiguous", `'${name}' can mean more than one approval`, {
      hint: `use the whole path, one of: ${pathsOf(short)}`,
    });
  }
  return { path: only.template, node: only.node };
}

/** The templates, with what has to be known to make a path of one. */
function pathsOf(placed: readonly Placed[]): string {
  const templates = placed.map(({ template }) => template);
  const ofItem = templates.find((template) => template.includes(ANY_ITEM));
  const escaped = templates.find((template) => template.includes("%"));
  return [
    templates.map((template) => `'${template}'`).join(", "),
    ...(ofItem === undefined
      ? []
      : [
          `* is the number of the item or iteration, counted from 0: '${ofItem.replaceAll(ANY_ITEM, "[0]")}'`,
        ]),
    ...(escaped === undefined ? [] : ["names are percent-encoded in paths, so that / becomes %2f"]),
  ].join("; ");
}

/**
 * The answer as it is kept.
 * @throws ReeveError `signal-invalid` when the schema refuses it.
 */
export async function checkAnswer(
  { node, path }: AddressedSignal,
  answer: unknown,
): Promise<Encoded | undefined> {
  if (!node.schema) return answer === undefined ? undefined : encode(answer, "answer");
  const validation = await validate(node.schema, answer);
  if (!validation.ok) {
    throw new ReeveError("signal-invalid", `'${path}' does not accept this answer: ${validation.reason}`, {
      hint: "send an answer that fits the approval's schema",
    });
  }
  return validation.value === undefined ? undefined : encode(validation.value, "answer");
}
