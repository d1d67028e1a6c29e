/** Which files are written, and who may read them, whatever things are called and whatever the umask is. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import { backupFile } from "../engine/sqlite/backup-file.ts";
import { restoreFile } from "../engine/sqlite/restore-file.ts";
import { sqliteEngine } from "../engine/sqlite/sqlite-engine.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime } from "../runtime.ts";

let parent: string;
let folder: string;
let file: string;
let umask: number;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "reeve-files-"));
  folder = join(parent, "a", "b");
  file = join(parent, "log.db");
  umask = process.umask(0);
});
afterEach(() => {
  process.umask(umask);
  rmSync(parent, { recursive: true });
});

/** Runs one task with a secret, lets it leave for the archive, and copies the log. */
async function work(name: string, id: string): Promise<readonly string[]> {
  const hands = agent(name, { run: (input: unknown) => input });
  const pattern = sequential(name, { steps: [hands] });
  const runtime = await createRuntime({
    patterns: [pattern],
    engine: sqliteEngine(file, { durability: "os" }),
    retention: { afterMs: 1_000, archive: folder },
  });
  const short = name.slice(0, 200);
  const context = { domain: short, agentType: short, attributes: { [short]: short } };
  const input = { password: "pl4nted in an input" };
  const run = await runtime.as({ principal: "../../me" }).start(pattern, input, { id, context });
  expect((await run.outcome()).status).toBe("completed");
  const names = readdirSync(parent);
  await expect.poll(async () => (await runtime.runs()).runs, { timeout: 60_000 }).toEqual([]);
  await backupFile(file, join(parent, "copy.db"), { force: true });
  await runtime.close();
  return names;
}

function modesBelow(path: string): readonly (readonly [string, string])[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" }).map(
    (name) => [name, (statSync(join(path, name)).mode & 0o777).toString(8)] as const,
  );
}

test.skipIf(process.platform === "win32")(
  "log, WAL, lock, key, backup and archive are their user's alone under umask 0, also where they were open before",
  async () => {
    const names = await work("orders", "one");
    expect(names).toEqual(["log.db", "log.db-owner", "log.db-shm", "log.db-wal", "log.db.key"]);
    const isFolder = (name: string): boolean => statSync(join(parent, name)).isDirectory();
    const expectPrivate = (): void => {
      for (const [name, mode] of modesBelow(parent))
        expect([name, mode]).toEqual([name, isFolder(name) ? "700" : "600"]);
    };
    expectPrivate();
    expect(modesBelow(parent)).toHaveLength(7);

    for (const [name] of modesBelow(parent)) if (!isFolder(name)) chmodSync(join(parent, name), 0o666);
    const engine = sqliteEngine(file, { durability: "os" });
    const runtime = await createRuntime({ patterns: [], engine });
    for (const name of readdirSync(parent)) {
      if (name.startsWith("log.db") && !name.endsWith(".key"))
        expect([name, statSync(join(parent, name)).mode & 0o777]).toEqual([name, 0o600]);
    }
    await runtime.close();
    await work("orders", "two");
    expectPrivate();
    chmodSync(join(parent, "copy.db"), 0o666);
    await restoreFile(join(parent, "copy.db"), file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  },
);

test.each([
  ["leads out of the folder", "../../evil", "../../evil"],
  ["is an absolute path", "/evil", "/evil"],
  ["holds NUL, line breaks and other controls", "a\u0000b\r\n../c\u001b[2J", "..\\..\\evil"],
  ["is very long", `${"../".repeat(2_000)}x`, "../".repeat(60)],
  ["is a pattern of file names or an option", "--force *?[a-z] ~ $HOME `id`", "--force *?[a-z] ~ $HOME `id`"],
])("a name that %s is no part of any file's name", async (_what, name, id) => {
  await work(name, id);
  const files = modesBelow(parent).map(([path]) => path.replace(/\d{4}-\d\d-\d\d/, "DAY"));
  expect(files.toSorted()).toEqual(
    ["a", "a/b", "a/b/DAY.jsonl.gz", "copy.db", "log.db", "log.db-owner", "log.db.key"].map((path) =>
      join(...path.split("/")),
    ),
  );
  expect(existsSync(join(parent, "..", "evil"))).toBe(false);
  expect(existsSync("/evil")).toBe(false);
});
