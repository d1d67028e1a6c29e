/**
 * Words no tracked file contains: hosts of package registries (the lock file must install from any) and paths of
 * the machine it was written on.
 */
import type { Rule } from "../rule.ts";

const registryHost =
  /\b(registry\.[a-z0-9-]+(\.[a-z0-9-]+)+|npm\.pkg\.github\.com|[a-z0-9-]+\.jfrog\.io)\b/gi;
const machinePath =
  /(?<![\w.-])\/work\/|\.\.\/shared\/|(?<![\w-])\.library\b|\/home\/[a-z]+\/|\/Users\/[A-Za-z]+\//g;

/** No registry hosts and no paths of somebody's machine. */
export const noForbiddenWords: Rule = (files) =>
  files
    // This rule and its test have to name them.
    .filter(({ path }) => !path.startsWith("tidy/rules/forbidden-words"))
    .flatMap((file) =>
      file.text.split("\n").flatMap((text, index) =>
        [...text.matchAll(registryHost), ...text.matchAll(machinePath)]
          .map(([word]) => word)
          .filter((word) => !(file.path === "package-lock.json" && word === "registry.npmjs.org"))
          .map((word) => ({ path: file.path, line: index + 1, message: `contains ${word}` })),
      ),
    );
