import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { prepareFolders } from "./folders.ts";

let folder = "";

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "archaeology-")));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

it("makes the output folder and resolves symbolic links", async () => {
  await mkdir(join(folder, "sources"));
  await symlink(join(folder, "sources"), join(folder, "link"));
  const out = join(folder, "new", "deep");
  expect(await prepareFolders({ root: join(folder, "link"), out })).toEqual({
    root: join(folder, "sources"),
    out,
    exclude: [],
  });
  expect(existsSync(out)).toBe(true);
});

it("an output folder inside the studied one, or the same, leaves only its own files out", async () => {
  const inside = await prepareFolders({ root: folder, out: join(folder, "out") });
  expect(inside.exclude).toContain("out/report.html");
  expect(inside.exclude).toContain("out/archaeology.db-wal");
  const same = await prepareFolders({ root: folder, out: folder });
  expect(same.exclude).toContain("report.json");
  expect(same.exclude.every((path) => /^(report|archaeology)\./.test(path))).toBe(true);
});

it("says which folder is wrong and why", async () => {
  const file = join(folder, "file");
  await writeFile(file, "");
  const out = join(folder, "out");
  const samples = [
    [{ root: join(folder, "none"), out }, `--root ${folder}/none: there is no such folder`],
    [{ root: file, out }, /^--root .*: this is a file/],
    [{ root: folder, out: file }, /^--out .*: this is a file/],
    [{ root: folder, out: join(file, "below") }, /^--out .*: this is a file, or lies below one/],
  ] as const;
  for (const [folders, message] of samples) await expect(prepareFolders(folders)).rejects.toThrow(message);
});

it.skipIf(!existsSync("/proc/self"))("a place where nothing can be made is refused", async () => {
  await expect(prepareFolders({ root: folder, out: "/proc/none/out" })).rejects.toThrow(/^--out .* be made/);
});
