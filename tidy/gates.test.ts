/**
 * Shows that each outside tool of `npm run verify`, with the configuration it has here, catches what it is for.
 * The fixtures are copied to a folder outside the repository, because the real runs ignore tidy/fixtures.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test("the format check catches an unformatted file", () => {
  const { status, output } = run("format", [".oxfmtrc.json"], "oxfmt", "--check");
  expect(status).not.toBe(0);
  expect(output).toContain("untidy.ts");
  expect(output).not.toMatch(/\btidy\.ts/);
});

test("lint catches what only types can tell: floating promises and missing cases", () => {
  const args = ["--format=unix", "--ignore-pattern=node_modules"];
  const { status, output } = run("lint", [".oxlintrc.json", "tsconfig.base.json"], "oxlint", ...args);
  expect(status).not.toBe(0);
  expect(output).toMatch(/floating-promise\.ts:6.*no-floating-promises/);
  expect(output).toMatch(/missing-case\.ts:4.*switch-exhaustiveness-check/);
  expect(output).toMatch(/any-and-bang\.ts:1.*no-explicit-any/);
  expect(output).toMatch(/any-and-bang\.ts:2.*no-non-null-assertion/);
  expect(output).not.toContain("clean.ts");
});

test("the type check is strict about indexes, optional properties, enums and type imports", () => {
  const { status, output } = run("types", ["tsconfig.base.json"], "tsc", "-p", ".");
  expect(status).not.toBe(0);
  expect(output).toMatch(/unchecked-index\.ts\(2,.*TS2322/);
  expect(output).toMatch(/undefined-option\.ts\(4,.*TS2375/);
  expect(output).toMatch(/runtime-enum\.ts\(1,.*TS1294/);
  expect(output).toMatch(/type-import\.ts\(1,.*TS1484/);
});

test("packages must declare the types of what they export", () => {
  const configs = ["tsconfig.base.json", "packages/core/tsconfig.json"];
  const { status, output } = run("types", configs, "tsc", "-p", "packages/core");
  expect(status).not.toBe(0);
  expect(output).toMatch(/inferred-export\.ts\(1,.*TS90\d\d.*isolatedDeclarations/);
});

test("knip catches an unused file, an unused export and an unused dependency", () => {
  const { status, output } = run("knip", ["knip.json"], "knip", "--no-progress");
  expect(status).not.toBe(0);
  expect(output).toContain("unused-file.ts");
  expect(output).toContain("unusedExport");
  expect(output).toMatch(/zod\s+packages\/core\/package\.json/);
});

/** Runs a tool of node_modules/.bin on a copy of the fixture, with the repository's own configuration. */
function run(
  fixture: string,
  configs: readonly string[],
  tool: string,
  ...args: string[]
): { readonly status: number | null; readonly output: string } {
  const folder = mkdtempSync(join(tmpdir(), "reeve-gate-"));
  folders.push(folder);
  cpSync(join(import.meta.dirname, "fixtures", fixture), folder, { recursive: true });
  for (const config of configs) cpSync(join(root, config), join(folder, config));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const result = spawnSync(join(root, "node_modules", ".bin", tool), args, { cwd: folder, encoding: "utf8" });
  return { status: result.status, output: result.stdout + result.stderr };
}
