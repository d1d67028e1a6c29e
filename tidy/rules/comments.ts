/** Comments: every published module says what it owns, and none apologises for what it leaves undone. */
import type { Rule } from "../rule.ts";
import { syntaxOf } from "../syntax.ts";
import { isCode, isPublished } from "../tree.ts";

const weeds: readonly RegExp[] = [
  /\bfor now\b/i,
  /\bsimplified\b/i,
  /\bin a real\b/i,
  /\bin production,? (you|we|this) (would|should)\b/i,
  /\bnot (yet )?implemented\b/i,
  /\bplaceholder\b/i,
  /\bhack\b/,
  // As a mark, at the start of the comment or before a colon; a sentence may speak of such marks.
  /^[\s*]*(XXX|FIXME|TODO|HACK)(?=[\s:(]|$)|\b(XXX|FIXME|TODO|HACK)[:(]/,
];

/** No comment says that the code isn't finished. */
export const noApologies: Rule = (files) =>
  files.filter(isCode).flatMap((file) => {
    const { comments, lineAt } = syntaxOf(file);
    return comments.flatMap((comment) => {
      const prose = comment.value.replaceAll(/`[^`]*`/g, "");
      const weed = weeds.map((pattern) => pattern.exec(prose)?.[0]).find((word) => word !== undefined);
      if (weed === undefined) return [];
      return [{ path: file.path, line: lineAt(comment.start), message: `comment says "${weed}"` }];
    });
  });

/** Every published module starts with a comment. */
export const modulesHaveHeaders: Rule = (files) =>
  files
    .filter((file) => isPublished(file) && !/^(#!.*\n)?\s*(\/\*|\/\/)/.test(file.text))
    .map(({ path }) => ({ path, line: 1, message: "has no header comment saying what it owns" }));
