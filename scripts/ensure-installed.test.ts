/** Runs the script on small folders, with an `npm` on the PATH that only writes down how it was called. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "reeve-install-"));
  write("package-lock.json", lock({ "node_modules/zod": "1.0.0" }));
  cpSync(join(import.meta.dirname, "ensure-installed.cjs"), join(root, "scripts", "ensure-installed.cjs"));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

test("a fresh clone is installed with npm ci, and one line says so", () => {
  fakeNpm(
    "mkdir -p node_modules/zod; touch node_modules/zod/package.json; cp package-lock.json node_modules/.package-lock.json",
  );
  const { status, output, npmCalls } = run();
  expect(output).toBe("Installing dependencies with npm ci: nothing is installed yet\n");
  expect(npmCalls).toBe("ci --loglevel=error\n");
  expect(status).toBe(0);
});

test("what is installed already is left alone, silently", () => {
  install({ "node_modules/zod": "1.0.0" });
  fakeNpm("exit 1");
  expect(run()).toEqual({ status: 0, output: "", npmCalls: "" });
});

test("another version than the lock file's is installed anew", () => {
  install({ "node_modules/zod": "0.9.0" });
  fakeNpm("cp package-lock.json node_modules/.package-lock.json");
  const { status, output, npmCalls } = run();
  expect(output).toContain("zod is 0.9.0, package-lock.json says 1.0.0");
  expect(npmCalls).toBe("ci --loglevel=error\n");
  expect(status).toBe(0);
});

test("a package that was deleted by hand is installed anew", () => {
  install({ "node_modules/zod": "1.0.0" });
  rmSync(join(root, "node_modules/zod"), { recursive: true });
  fakeNpm("mkdir node_modules/zod; touch node_modules/zod/package.json");
  expect(run()).toMatchObject({ status: 0, npmCalls: "ci --loglevel=error\n" });
});

test("absent packages of other platforms and linked workspaces don't count as differences", () => {
  const packages = {
    "packages/core": { name: "@reeve/core", version: "0.1.0" },
    "node_modules/@reeve/core": { resolved: "packages/core", link: true },
    "node_modules/fsevents": { version: "2.0.0", optional: true },
  };
  write("package-lock.json", JSON.stringify({ packages }));
  write("node_modules/.package-lock.json", JSON.stringify({ packages: {} }));
  mkdirSync(join(root, "node_modules/@reeve/core"), { recursive: true });
  fakeNpm("exit 1");
  expect(run()).toEqual({ status: 0, output: "", npmCalls: "" });
});

test("a failed npm ci is reported with what to do", () => {
  fakeNpm("exit 7");
  const { status, output } = run();
  expect(status).toBe(7);
  expect(output).toContain("npm ci failed");
});

test("an npm ci that left the Node of the scripts out is reported", () => {
  write("package-lock.json", lock({ "node_modules/node": "24.0.0" }));
  fakeNpm("mkdir -p node_modules; cp package-lock.json node_modules/.package-lock.json");
  const { status, output } = run();
  expect(status).toBe(1);
  expect(output).toMatch(/node_modules\/node\/bin\/node is missing.*install scripts/);
});

function run(): { readonly status: number | null; readonly output: string; readonly npmCalls: string } {
  const { npm_execpath: _npm, npm_node_execpath: _node, ...rest } = process.env;
  const env = { ...rest, PATH: `${join(root, "bin")}:${process.env["PATH"] ?? ""}` };
  const script = join(root, "scripts", "ensure-installed.cjs");
  const result = spawnSync(process.execPath, [script], { env, encoding: "utf8" });
  const calls = join(root, "npm-calls");
  const npmCalls = existsSync(calls) ? readFileSync(calls, "utf8") : "";
  return { status: result.status, output: result.stdout + result.stderr, npmCalls };
}

function fakeNpm(body: string): void {
  write("bin/npm", `#!/bin/sh\necho "$@" >> npm-calls\n${body}\n`);
  chmodSync(join(root, "bin/npm"), 0o755);
}

function install(versions: Readonly<Record<string, string>>): void {
  write("node_modules/.package-lock.json", lock(versions));
  for (const path of Object.keys(versions)) write(`${path}/package.json`, "{}");
}

function lock(versions: Readonly<Record<string, string>>): string {
  const packages = Object.fromEntries(Object.entries(versions).map(([path, version]) => [path, { version }]));
  return JSON.stringify({ lockfileVersion: 3, packages });
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
