/**
 * What a user gets: the packages are built, packed, installed as tarballs into an empty folder, and the READMEs'
 * examples run there, as a library and beside the command. Nothing of the repository is on the way.
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-publish-"));
  run(root, process.execPath, [join(root, "scripts", "build.ts")]);
  const tarballs = ["core", "server", "reeve"].map((name) => pack(join(root, "packages", name)));
  writeFileSync(join(folder, "package.json"), `{ "private": true, "type": "module" }\n`);
  run(folder, "npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...tarballs]);
}, 900_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("the tarballs hold built code, types, licence and README, and no sources or tests", () => {
  for (const name of ["@reeve/core", "@reeve/server", "reeve"]) {
    const files = readdirSync(join(folder, "node_modules", name), { recursive: true, encoding: "utf8" });
    expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", join("dist", "index.js")]));
    expect(files).toContain(join("dist", "index.d.ts"));
    expect(files.filter((file) => /(^|\/)(src|fixtures)\/|\.test\.|(?<!\.d)\.ts$/.test(file))).toEqual([]);
  }
});

test("the guides, and the licences of what the dashboard is built of, go with them", () => {
  const modules = join(folder, "node_modules");
  expect(existsSync(join(modules, "reeve", "docs", "errors", "run-conflict.md"))).toBe(true);
  expect(existsSync(join(modules, "@reeve", "server", "dashboard", "licenses.txt"))).toBe(true);
  const readme = readFileSync(join(modules, "reeve", "README.md"), "utf8");
  const missing = [...readme.matchAll(/\]\((docs\/[^)]+)\)/g)].filter(
    ([, path = ""]) => !existsSync(join(modules, "reeve", path)),
  );
  expect(missing).toEqual([]);
});

test.each(["@reeve/core", "@reeve/server", "reeve"])("the README of %s prints what it says", (name) => {
  const readme = readFileSync(join(folder, "node_modules", name, "README.md"), "utf8");
  const [, code = "", printed = ""] =
    /^```ts\n(.*?)^```\n\nIt prints\n\n```text\n(.*?)```/ms.exec(readme) ?? [];
  expect(printed).not.toBe("");
  writeFileSync(join(folder, "example.ts"), code);
  expect(run(folder, process.execPath, ["example.ts"])).toBe(printed);
});

test("the README's example runs on the installed package", () => {
  writeFileSync(join(folder, "order.ts"), readmeExample());
  const output = run(folder, process.execPath, ["order.ts"]);
  expect(output.trim()).not.toBe("");
});

test("the README's example type-checks against the installed types", () => {
  writeFileSync(join(folder, "order.ts"), readmeExample());
  mkdirSync(join(folder, "node_modules", "@types"), { recursive: true });
  for (const name of ["@types/node", "undici-types"]) {
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  }
  const options = ["--noEmit", "--strict", "--target", "es2024", "--types", "node", "--erasableSyntaxOnly"];
  for (const how of [
    ["--module", "nodenext"],
    ["--module", "esnext", "--moduleResolution", "bundler"],
  ])
    expect(run(folder, process.execPath, [tsc, ...options, ...how, "order.ts"])).toBe("");
});

test("npx reeve is the command", () => {
  expect(run(folder, "npx", ["--no-install", "reeve", "--help"])).toMatch(/usage: reeve/i);
});

test("the installed testing entry point can be imported", () => {
  const code = `console.log(Object.keys(await import("reeve/testing")).length > 0)`;
  expect(run(folder, process.execPath, ["--input-type=module", "--eval", code])).toBe("true\n");
});

function pack(packageFolder: string): string {
  const output = run(packageFolder, "npm", ["pack", "--silent", "--pack-destination", folder]);
  return join(folder, output.trim());
}

/** The first TypeScript block of the README; its first line names the file. */
function readmeExample(): string {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const example = /^```ts\n(\/\/ order\.ts\n[\s\S]*?)^```$/m.exec(readme)?.[1];
  if (example === undefined) throw new Error("README.md has no ts block that starts with // order.ts");
  return example;
}

/** Runs a program as a user would: without the conditions and settings the tests run with. */
function run(cwd: string, program: string, args: readonly string[]): string {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|NODE_ENV|VITEST.*|npm_.*)$/i.test(name)),
  );
  const result = spawnSync(program, args, { cwd, env, encoding: "utf8" });
  if (result.status !== 0) {
    throw new Error(
      `${program} ${args.join(" ")} ended with ${result.status}\n${result.stdout}${result.stderr}`,
    );
  }
  return result.stdout;
}
