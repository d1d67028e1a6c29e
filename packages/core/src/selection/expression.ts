/**
 * Expressions over domains and attributes, matched in time linear in the text (RE2: no backtracking, so no
 * back-references and no look-around). What could cost much all the same is refused when the pattern is registered:
 * a match takes at most INSTRUCTIONS_MAX × LENGTH_MAX steps.
 */
import { RE2JS } from "re2js";
import { isDelimited } from "../delegation/exact-domain.ts";

const SOURCE_LENGTH_MAX = 500;
const INSTRUCTIONS_MAX = 500;
/** Longer texts match no expression. */
const LENGTH_MAX = 1_000;

export type TextTest = (text: string) => boolean;

/**
 * A test whether the whole of a text matches; `/…/` around the source may be left out.
 * @param refuse is called with what is wrong and what helps, and throws
 */
export function compileExpression(
  source: string,
  refuse: (problem: string, hint: string) => never,
): TextTest {
  if (source.length > SOURCE_LENGTH_MAX) {
    return refuse(`has ${source.length} characters`, `use at most ${SOURCE_LENGTH_MAX}`);
  }
  const expression = parse(isDelimited(source) ? source.slice(1, -1) : source, refuse);
  const size = expression.programSize();
  if (size > INSTRUCTIONS_MAX) {
    return refuse(
      `has ${size} instructions when its repetitions are written out`,
      `use at most ${INSTRUCTIONS_MAX}: repeat less, or use * and +`,
    );
  }
  return (text) => text.length <= LENGTH_MAX && expression.testExact(text);
}

function parse(source: string, refuse: (problem: string, hint: string) => never): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^error parsing regexp: /, "") : String(error);
    return refuse(
      `is no expression: ${why}`,
      "use the syntax of RE2, which has no look-around and no back-references",
    );
  }
}
