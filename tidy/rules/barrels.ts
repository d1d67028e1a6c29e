/** Barrels: one per package, with explicit names; only the front door hands on everything. */
import type { Rule } from "../rule.ts";
import { syntaxOf } from "../syntax.ts";
import { isCode } from "../tree.ts";

const frontDoor = new Set(["packages/reeve/src/index.ts", "packages/reeve/src/testing.ts"]);

/** `index.ts` exists only as packages/<name>/src/index.ts. */
export const indexOnlyAtRoots: Rule = (files) =>
  files
    .filter((file) => isCode(file) && /(^|\/)index\.[cm]?[jt]s$/.test(file.path))
    .filter(({ path }) => !/^packages\/[^/]+\/src\/index\.ts$/.test(path))
    .map(({ path }) => ({ path, line: 0, message: "a barrel; index.ts belongs to package roots only" }));

/** `export *` only in the front door. */
export const exportStarOnlyInFrontDoor: Rule = (files) =>
  files
    .filter((file) => isCode(file) && !frontDoor.has(file.path))
    .flatMap((file) => {
      const { program, lineAt } = syntaxOf(file);
      return program.body
        .filter((statement) => statement.type === "ExportAllDeclaration")
        .map(({ start }) => ({
          path: file.path,
          line: lineAt(start),
          message: "export *; name what is exported",
        }));
    });
