import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { listFiles } from "./list-files.ts";

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function folderOf(files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "archaeology-"));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

test("ignored files are left out, by rules at every level", async () => {
  const root = await folderOf({
    ".gitignore": "*.log\nbuild/\n!keep.log\n/only-root\n",
    ".git/info/exclude": "private\n",
    ".git/config": "",
    "a.ts": "",
    "a.log": "",
    "keep.log": "",
    private: "",
    "build/b.ts": "",
    "only-root": "",
    "sub/only-root": "",
    "sub/.gitignore": "*.tmp\n!important.log\n",
    "sub/c.tmp": "",
    "sub/important.log": "",
    "sub/deep/d.tmp": "",
    "sub/deep/d.ts": "",
  });
  const { files } = await listFiles(root);
  expect(files).toEqual([
    ".gitignore",
    "a.ts",
    "keep.log",
    "sub/.gitignore",
    "sub/deep/d.ts",
    "sub/important.log",
    "sub/only-root",
  ]);
});

test("binary and large files and links are skipped with the reason", async () => {
  const root = await folderOf({
    "a.ts": "a",
    "large.ts": "x".repeat(200),
    "no-extension": new Uint8Array([1, 0, 2]),
    "picture.png": "not opened",
  });
  await symlink(join(root, "a.ts"), join(root, "link.ts"));
  expect(await listFiles(root, { bytesMax: 100 })).toEqual({
    files: ["a.ts"],
    skipped: [
      { path: "large.ts", reason: "larger than 100 bytes" },
      { path: "link.ts", reason: "symbolic link" },
      { path: "no-extension", reason: "binary" },
      { path: "picture.png", reason: "binary" },
    ],
  });
});

test("excluded paths are left out with all below them", async () => {
  const root = await folderOf({ "a.ts": "", "out/b.ts": "", "out-of/c.ts": "" });
  expect((await listFiles(root, { exclude: ["./out/"] })).files).toEqual(["a.ts", "out-of/c.ts"]);
});
