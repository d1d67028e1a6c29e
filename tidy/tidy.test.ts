/** Runs every rule on the repository. What each rule is for is shown by the tests in rules/. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { showFinding, type Rule } from "./rule.ts";
import { exportStarOnlyInFrontDoor, indexOnlyAtRoots } from "./rules/barrels.ts";
import { nothingIsSwallowed } from "./rules/catches.ts";
import { codeMapIsWhole, invariantsNameFiles } from "./rules/code-map.ts";
import { modulesHaveHeaders, noApologies } from "./rules/comments.ts";
import { noCycles } from "./rules/cycles.ts";
import { docPathsExist } from "./rules/doc-paths.ts";
import { errorCodesAreUsed, errorCodesHavePages } from "./rules/error-pages.ts";
import { noForbiddenWords } from "./rules/forbidden-words.ts";
import { packagesKeepToTheTable, roomsKeepToTheTable } from "./rules/layers.ts";
import { declarationsAreNamedWell, filesAreNamedWell } from "./rules/names.ts";
import { noSourceUrls, portsAreRespected } from "./rules/ports.ts";
import { ratchetHolds, ratchetSchema } from "./rules/ratchet.ts";
import { guidesAreFound, referenceNamesAll, referencePointsWell } from "./rules/reference.ts";
import { filesAreShort, functionsAreShort, medianFileIsShort } from "./rules/size.ts";
import { walkIsSynchronous } from "./rules/walk.ts";
import { readTree } from "./tree.ts";

const files = readTree(join(import.meta.dirname, ".."));

const rules: readonly (readonly [string, Rule])[] = [
  ["rooms of core import only what the table grants", roomsKeepToTheTable],
  ["packages import each other only along the table", packagesKeepToTheTable],
  ["no file takes part in an import cycle", noCycles],
  ["files have at most 400 lines", filesAreShort],
  ["functions have at most 70 lines", functionsAreShort],
  ["the median published file has at most 120 lines", medianFileIsShort],
  ["files and folders are named well", filesAreNamedWell],
  ["declarations are named well", declarationsAreNamedWell],
  ["time, chance, environment and mocks stay behind their ports", portsAreRespected],
  ["published code has no URLs of sources", noSourceUrls],
  ["no catch swallows an error", nothingIsSwallowed],
  ["no comment apologises", noApologies],
  ["published modules have a header", modulesHaveHeaders],
  ["index.ts is at package roots only", indexOnlyAtRoots],
  ["export * is in the front door only", exportStarOnlyInFrontDoor],
  ["paths named in documents exist", docPathsExist],
  ["the code map has every folder of sources", codeMapIsWhole],
  ["files that the invariants name exist", invariantsNameFiles],
  ["error codes have a page each, and pages a code", errorCodesHavePages],
  ["error codes are stated somewhere", errorCodesAreUsed],
  ["the reference names all that is public", referenceNamesAll],
  ["the reference points to where names are shown", referencePointsWell],
  ["every guide is found from the README", guidesAreFound],
  ["no registry hosts or machine paths", noForbiddenWords],
  ["the interpreter's walk is synchronous", walkIsSynchronous],
];

test.each(rules)("%s", (_title, rule) => {
  expect(rule(files).map(showFinding)).toEqual([]);
});

test("casts and disabled checks only become fewer", () => {
  const limits = ratchetSchema.parse(
    JSON.parse(readFileSync(join(import.meta.dirname, "ratchet.json"), "utf8")),
  );
  expect(ratchetHolds(files, limits).map(showFinding)).toEqual([]);
});

test("the tree is the repository and not an empty folder", () => {
  const paths = new Set(files.map(({ path }) => path));
  expect(paths).toContain("package-lock.json");
  expect(paths).toContain("packages/core/package.json");
  expect(paths).toContain("tidy/tidy.test.ts");
});
