/** `reeve backup`, `restore` and `verify`, as a user's shell sees them. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeEach, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace, type Workspace } from "./call-reeve.ts";

const CONFIG = `
import { agent, approval, sequential, sqliteEngine } from "reeve";
const double = agent("double", { run: async (n: number) => n * 2 });
const patterns = [
  sequential("double", { steps: [double] }),
  sequential("asked", { steps: [double, approval("ok?")] }),
];
export default { patterns, engine: sqliteEngine("reeve.db") };
`;

let workspace: Workspace;

beforeEach(async () => {
  workspace = makeWorkspace(CONFIG);
  await workspace.reeve("run", "double", "--input", "21", "--id", "d1");
});

afterAll(disposeWorkspaces);

function damage(sql: string): void {
  const raw = new DatabaseSync(join(workspace.folder, "reeve.db"));
  raw.exec(sql);
  raw.close();
}

test("a backup is made, verified and restored, and what was there is kept", async () => {
  const made = await workspace.reeve("backup", "monday.db");
  expect(made).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^wrote .*monday\.db, \d+ KiB: 1 run and \d+ events, verified\n$/),
  });
  expect(made.stderr).toContain("reeve restore ");
  expect(statSync(join(workspace.folder, "monday.db")).mode & 0o777).toBe(0o600);
  await workspace.reeve("run", "double", "--input", "4", "--id", "d2");
  const restored = await workspace.reeve("restore", "monday.db");
  expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining("reeve.db: 1 run") });
  expect(restored.stderr).toMatch(/what was there is now .*reeve\.db\.replaced-\d{8}T\d{6}Z\n/);
  expect((await workspace.reeve("show", "d1")).code).toBe(0);
  expect((await workspace.reeve("show", "d2")).code).toBe(4);
  const kept = readdirSync(workspace.folder).find((name) => name.includes(".replaced-")) ?? "";
  expect(JSON.parse((await workspace.reeve("verify", kept, "--json")).stdout)).toMatchObject({
    ok: true,
    runs: 2,
  });
});

test("a backup is made beside the owner, a restore is refused", async () => {
  const owner = workspace.start(["run", "asked", "--input", "1", "--id", "a1"]);
  await owner.says("reeve signal");
  const made = await workspace.reeve("backup", "now.db", "--json");
  expect(JSON.parse(made.stdout)).toMatchObject({ runs: 2, file: join(workspace.folder, "now.db") });
  expect(await workspace.reeve("verify")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("is sound: 2 runs"),
  });
  expect(await workspace.reeve("restore", "now.db")).toMatchObject({
    code: 8,
    stderr: expect.stringContaining("is owned by"),
  });
  await workspace.reeve("signal", "a1", "ok?");
  expect((await owner.ended).code).toBe(0);
});

test("a backup replaces another one with --force only", async () => {
  await workspace.reeve("backup", "monday.db");
  const before = readFileSync(join(workspace.folder, "monday.db"));
  await workspace.reeve("run", "double", "--input", "4");
  const refused = await workspace.reeve("backup", "monday.db");
  expect(refused).toMatchObject({ code: 7, stdout: "", stderr: expect.stringContaining("--force") });
  expect(readFileSync(join(workspace.folder, "monday.db")).equals(before)).toBe(true);
  expect((await workspace.reeve("backup", "monday.db", "--force")).code).toBe(0);
});

test("verify names what is damaged and exits with 8; a backup of it is refused", async () => {
  damage("UPDATE payloads SET value = '99' WHERE id = 1");
  const found = await workspace.reeve("verify");
  expect(found).toMatchObject({ code: 8, stdout: expect.stringContaining("✗ payloads: payload 1") });
  expect(found.stdout).toContain("backup");
  const json: unknown = JSON.parse((await workspace.reeve("verify", "--json")).stdout);
  expect(json).toMatchObject({
    ok: false,
    problems: [{ where: "payloads", what: expect.any(String), hint: expect.any(String) }],
  });
  const refused = await workspace.reeve("backup", "monday.db");
  expect(refused).toMatchObject({ code: 8, stderr: expect.stringContaining("payload 1") });
  expect(readdirSync(workspace.folder).filter((name) => name.startsWith("monday"))).toEqual([]);
});

test("restore and verify need no configuration where the file is named", async () => {
  await workspace.reeve("backup", "monday.db");
  await using other = makeWorkspace();
  const backup = join(workspace.folder, "monday.db");
  expect((await other.reeve("verify", backup)).code).toBe(0);
  expect((await other.reeve("restore", backup, "--log", "copy.db")).code).toBe(0);
  expect(readdirSync(other.folder)).toContain("copy.db");
  expect((await other.reeve("restore", backup)).code).toBe(3);
  expect((await other.reeve("verify", "missing.db")).code).toBe(8);
});

test.each(["backup", "restore", "verify"])("reeve %s --help begins with examples", async (name) => {
  const { stdout } = await workspace.reeve(name, "--help");
  expect(stdout).toMatch(new RegExp(`^ {2}reeve ${name} [^]*\nusage: reeve ${name} `));
});
