import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gitEnvironment, gitHistoryCommand, parseGitHistory } from "./git-history.ts";
import type { GitHistory } from "./git-history.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "archaeology-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function git(args: string[], at = "2026-01-15T12:00:00Z", author = "Ada"): void {
  execFileSync("git", ["-c", `user.name=${author}`, "-c", "user.email=a@example.org", ...args], {
    cwd: folder,
    env: { ...process.env, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at, GIT_CONFIG_GLOBAL: "/dev/null" },
    stdio: "pipe",
  });
}

function read(root: string): GitHistory | undefined {
  const { command, args } = gitHistoryCommand(root);
  const run = spawnSync(command, args, { encoding: "utf8", env: { ...process.env, ...gitEnvironment } });
  return parseGitHistory(run.stdout);
}

async function commit(path: string, text: string, at: string, author: string): Promise<void> {
  await mkdir(join(folder, path, ".."), { recursive: true });
  await writeFile(join(folder, path), text);
  git(["add", "-A"], at, author);
  git(["commit", "-q", "-m", "a\tmessage\nwith lines"], at, author);
}

describe("a repository", () => {
  test("changes, authors and months are read, names with odd characters included", async () => {
    git(["init", "-q"]);
    await commit("sub/a.ts", "1\n2\n3\n", "2025-11-15T12:00:00Z", "Ada");
    await commit("sub/a.ts", "1\n2\n", "2026-01-15T12:00:00Z", "Grace");
    await commit("ä \tb.ts", "1\n", "2026-01-16T12:00:00Z", "Ada");
    const history = read(folder);
    expect(history).toEqual({
      commits: 3,
      truncated: false,
      firstAt: "2025-11-15T12:00:00.000Z",
      lastAt: "2026-01-16T12:00:00.000Z",
      files: {
        "sub/a.ts": { commits: 2, added: 3, deleted: 1, authors: { Ada: 3, Grace: 1 } },
        "ä \tb.ts": { commits: 1, added: 1, deleted: 0, authors: { Ada: 1 } },
      },
      authors: [
        { name: "Ada", commits: 2 },
        { name: "Grace", commits: 1 },
      ],
      commitsByMonth: [
        { month: "2025-11", commits: 1 },
        { month: "2025-12", commits: 0 },
        { month: "2026-01", commits: 2 },
      ],
    });
    const below = read(join(folder, "sub"));
    expect(Object.keys(below?.files ?? {})).toEqual(["a.ts"]);
    expect(below?.commits).toBe(2);
  });

  test("nothing that the repository configures is run", async () => {
    git(["init", "-q"]);
    await commit("a.txt", "1\n", "2026-01-15T12:00:00Z", "Ada");
    const trap = `touch ${join(folder, "sprung")}; cat`;
    for (const name of [
      "core.fsmonitor",
      "diff.external",
      "core.pager",
      "diff.trap.command",
      "diff.trap.textconv",
      "gpg.program",
    ]) {
      git(["config", name, trap]);
    }
    await writeFile(join(folder, ".gitattributes"), "* diff=trap\n");
    expect(read(folder)?.commits).toBe(1);
    expect(spawnSync("ls", [folder], { encoding: "utf8" }).stdout).not.toContain("sprung");
  });
});

test("a repository without commits and a folder without repository have no history", () => {
  expect(read(folder)).toBeUndefined();
  git(["init", "-q"]);
  expect(read(folder)).toBeUndefined();
});
