/** Checks the folders of a study before anything runs, and names the files in them that are the study's own. */
import { constants, existsSync } from "node:fs";
import { access, mkdir, readdir, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import type { StudyTask } from "./study-task.ts";
import { draftOf, reportFiles } from "./verify.ts";

/** The log of a study, in its output folder. */
export const logName = "archaeology.db";
const logEndings = ["", "-wal", "-shm", "-journal", "-owner", "-owner-journal", ".key", ".access"];

/** A folder that can't be used, told in words for the user. */
export class FolderError extends Error {}

/**
 * Makes the output folder where it is missing.
 * @throws FolderError
 */
export async function prepareFolders(folders: { root: string; out: string }): Promise<StudyTask> {
  const root = await openRoot(folders.root);
  const out = await openOut(folders.out);
  return { root, out, exclude: ownFiles(root, out) };
}

async function openRoot(path: string): Promise<string> {
  try {
    const root = await realpath(path);
    await readdir(root);
    return root;
  } catch (error) {
    throw new FolderError(
      `--root ${path}: ${reasonOf(error, "it can't be read", "there is no such folder")}`,
      { cause: error },
    );
  }
}

async function openOut(path: string): Promise<string> {
  try {
    await makeFolder(path);
    const out = await realpath(path);
    await access(out, constants.W_OK | constants.X_OK);
    return out;
  } catch (error) {
    throw new FolderError(
      `--out ${path}: ${reasonOf(error, "it can't be written to", "it can't be made here")}`,
      { cause: error },
    );
  }
}

/** Folder by folder: where nothing can be made, as in /proc, mkdir's own recursion never ends. */
async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) {
    if (!(await stat(path)).isDirectory()) throw Object.assign(new Error(path), { code: "ENOTDIR" });
    return;
  }
  await makeFolder(dirname(path));
  await mkdir(path);
}

function reasonOf(error: unknown, otherwise: string, missing: string): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  switch (code) {
    case "ENOENT":
      return missing;
    case "ENOTDIR":
    case "EEXIST":
      return "this is a file, or lies below one; a folder is needed";
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return `${otherwise} (${code})`;
    default:
      return code;
  }
}

/** Only the files are named, not their folder: it may hold sources too. */
function ownFiles(root: string, out: string): string[] {
  const below = relative(root, out);
  if (below === ".." || below.startsWith(`..${sep}`) || isAbsolute(below)) return [];
  const { page, json } = reportFiles(out);
  const log = join(out, logName);
  const files = [page, json, draftOf(page), draftOf(json), ...logEndings.map((ending) => log + ending)];
  return files.map((file) => relative(root, file).split(sep).join("/"));
}
