/** `reeve registry`, as a user's shell sees it: patterns go from one project to another that has the same agents. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace } from "./call-reeve.ts";

const AGENTS = `
import { agent, forEach, sequential, sqliteEngine } from "reeve";
const double = agent("double", { requires: ["math"], run: async (n: number) => n * 2 });
const add = agent("add", { run: async (n: number) => n + 1 });
`;
const SOURCE = `${AGENTS}
const patterns = [
  sequential("sums.both", { description: "Double, then add", matches: { domain: "sums" }, steps: [double, add] }),
  sequential("sums.twice", { version: "1", steps: [double] }),
  forEach("each", { items: (list: number[]) => list, step: double }),
];
export default { patterns, engine: sqliteEngine("reeve.db") };
`;
const TARGET = `${AGENTS}
export default { patterns: [sequential("own", { steps: [add] })], stored: { file: "patterns.reeve", parts: [double, add] }, engine: sqliteEngine("reeve.db") };
`;

afterAll(disposeWorkspaces);

test("exported patterns are imported into another project and run there, in the same versions", async () => {
  await using source = makeWorkspace(SOURCE);
  const file = join(source.folder, "sums.patterns");
  const exported = await source.reeve("registry", "export", "sums.patterns");
  expect([exported.code, exported.stdout]).toEqual([0, "wrote 2 patterns to sums.patterns\n"]);
  if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(exported.stderr).toContain("each stays in the code: its items are made by a function");

  await using target = makeWorkspace(TARGET);
  const before = await target.reeve("patterns");
  expect(before.stderr).toContain("hint: fill it with `reeve registry import FILE`, or leave `stored` out");
  const imported = await target.reeve("registry", "import", file);
  expect(imported.code, imported.stderr).toBe(0);
  expect(imported.stdout).toMatch(
    /^imported sums\.both, version [0-9a-f]{12}\nimported sums\.twice, version 1 \(started by name only\)\n2 patterns in patterns\.reeve\n$/,
  );
  const ran = await target.reeve("run", "sums.both", "--input", "20");
  expect([ran.code, ran.stdout]).toEqual([0, "41\n"]);
  const versionIn = async (workspace: typeof source): Promise<string | undefined> =>
    /sums\.both +(\w+)/.exec((await workspace.reeve("patterns")).stdout)?.[1];
  expect(await versionIn(target)).toBe(await versionIn(source));
  const again = await target.reeve("registry", "import", file);
  expect(again.stderr).toMatch(/^sums\.both is there in version \w+\nsums\.twice is there in version 1\n$/);
});

test("only the patterns that are named are exported; a file that exists is not written over", async () => {
  await using source = makeWorkspace(SOURCE);
  const { stdout } = await source.reeve(
    "registry",
    "export",
    "a.patterns",
    "--pattern",
    "sums.both",
    "--json",
  );
  expect(JSON.parse(stdout)).toMatchObject({ exported: [{ name: "sums.both" }], left: [] });
  const content = readFileSync(join(source.folder, "a.patterns"));
  expect((await source.reeve("registry", "export", "a.patterns")).code).toBe(7);
  expect(readFileSync(join(source.folder, "a.patterns")).equals(content)).toBe(true);
  const none = await source.reeve("registry", "export", "b.patterns", "--pattern", "nothing");
  expect([none.code, existsSync(join(source.folder, "b.patterns"))]).toEqual([4, false]);
});

test("patterns whose agents are not there, and damaged files, are refused and change nothing", async () => {
  await using source = makeWorkspace(SOURCE);
  await source.reeve("registry", "export", "sums.patterns");
  const file = join(source.folder, "sums.patterns");
  await using target = makeWorkspace(TARGET.replace("parts: [double, add]", "parts: [add]"));
  const missing = await target.reeve("registry", "import", file);
  expect(missing.code).toBe(3);
  expect(missing.stderr).toContain("needs a part 'double', which was not given");
  const damaged = target.write("damaged.patterns", readFileSync(file, "latin1").slice(0, -3));
  expect((await target.reeve("registry", "import", damaged)).stderr).toContain("it is damaged");
  expect(existsSync(join(target.folder, "patterns.reeve"))).toBe(false);
  const folder = await target.reeve("registry", "import", ".");
  expect([folder.code, folder.stderr]).toEqual([7, expect.stringContaining("can't be read: EISDIR")]);
  const nowhere = await source.reeve("registry", "import", file);
  expect([nowhere.code, nowhere.stderr]).toEqual([3, expect.stringContaining("hint: add stored: {")]);
});

test("an unknown action is met with those there are", async () => {
  await using source = makeWorkspace(SOURCE);
  const { code, stderr } = await source.reeve("registry", "list", "x");
  expect([code, stderr]).toEqual([
    2,
    "error: reeve registry has no action 'list'\nhint: use export or import\n",
  ]);
});
