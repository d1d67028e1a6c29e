/**
 * Lists the files of a folder that are worth studying: those that git would not ignore and that hold text.
 * Owns the ignore rules (`.gitignore` at every level, `.git/info/exclude`), and what is skipped and why.
 * Folders are read with synchronous calls, several times faster than promises for tens of thousands of files; it
 * gives way to other work between folders.
 */

import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import type { Dirent } from "node:fs";
import { join } from "node:path";
import ignore from "ignore";
import type { Ignore } from "ignore";
import { startsBinary } from "./binary.ts";
import type { SkippedFile } from "./excavation.ts";
import { languageByExtension } from "./language-extensions.ts";

export interface ListOptions {
  /** Paths relative to the root, with `/`, that are left out with all below them. @default [] */
  exclude?: string[];
  /** Larger files are skipped, in bytes. @default 100 MB, as cloc's */
  bytesMax?: number;
}

export interface FileListing {
  /** Sorted; relative with `/`. */
  files: string[];
  /** Sorted by path. Ignored files are not in it: they are not part of the folder's code. */
  skipped: SkippedFile[];
}

const bytesMaxDefault = 100 * 1024 * 1024;

interface IgnoreRules {
  /** Folder of the rules relative to the root, with a trailing `/`; empty for the root. */
  base: string;
  rules: Ignore;
}

interface Survey extends FileListing {
  root: string;
  excluded: ReadonlySet<string>;
  bytesMax: number;
}

/** Files below `root`; symbolic links are reported as skipped, never followed. */
export async function listFiles(root: string, options: ListOptions = {}): Promise<FileListing> {
  const survey: Survey = {
    root,
    files: [],
    skipped: [],
    excluded: new Set((options.exclude ?? []).map((path) => path.replace(/^\.\//, "").replace(/\/+$/, ""))),
    bytesMax: options.bytesMax ?? bytesMaxDefault,
  };
  const pending: { path: string; rules: IgnoreRules[] }[] = [{ path: "", rules: repositoryRules(root) }];
  for (let folder = pending.pop(), visited = 1; folder !== undefined; folder = pending.pop(), visited += 1) {
    for (const below of listFolder(survey, folder.path, folder.rules)) pending.push(below);
    if (visited % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  survey.files.sort();
  survey.skipped.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files: survey.files, skipped: survey.skipped };
}

function listFolder(
  survey: Survey,
  folder: string,
  inherited: IgnoreRules[],
): { path: string; rules: IgnoreRules[] }[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(join(survey.root, folder), { withFileTypes: true });
  } catch (error) {
    survey.skipped.push({ path: folder.slice(0, -1), reason: `unreadable: ${codeOf(error)}` });
    return [];
  }
  const own = entries.some((entry) => entry.name === ".gitignore" && entry.isFile())
    ? readRules(join(survey.root, folder, ".gitignore"), folder)
    : undefined;
  const rules = own === undefined ? inherited : [...inherited, own];
  const folders: { path: string; rules: IgnoreRules[] }[] = [];
  for (const entry of entries) {
    const path = folder + entry.name;
    if (entry.name === ".git" || survey.excluded.has(path)) continue;
    if (entry.isDirectory()) {
      if (!isIgnored(`${path}/`, rules)) folders.push({ path: `${path}/`, rules });
    } else if (!isIgnored(path, rules)) {
      const reason = reasonToSkip(survey, path, entry);
      if (reason === undefined) survey.files.push(path);
      else survey.skipped.push({ path, reason });
    }
  }
  return folders;
}

function reasonToSkip(survey: Survey, path: string, entry: Dirent): string | undefined {
  if (entry.isSymbolicLink()) return "symbolic link";
  if (!entry.isFile()) return "not a regular file";
  if (binaryExtension.test(entry.name)) return "binary";
  const file = join(survey.root, path);
  try {
    const { size } = lstatSync(file);
    if (size > survey.bytesMax) return `larger than ${sizeName(survey.bytesMax)}`;
    // Opening every file would double the time of a survey; a source file's name is believed here, and checked when read.
    const isSource = languageByExtension.has(entry.name.slice(entry.name.lastIndexOf(".") + 1));
    return size > 0 && !isSource && startsBinary(readHead(file)) ? "binary" : undefined;
  } catch (error) {
    return `unreadable: ${codeOf(error)}`;
  }
}

function sizeName(bytes: number): string {
  const megabytes = bytes / 1024 / 1024;
  return Number.isInteger(megabytes) ? `${megabytes} MB` : `${bytes} bytes`;
}

const head = Buffer.alloc(512);

function readHead(file: string): Buffer {
  const descriptor = openSync(file, "r");
  try {
    return head.subarray(0, readSync(descriptor, head, 0, head.length, 0));
  } finally {
    closeSync(descriptor);
  }
}

const binaryExtension =
  /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|tiff?|pdf|zip|gz|tgz|bz2|xz|zst|7z|rar|jar|war|class|pyc|pyo|o|a|so|dylib|dll|exe|wasm|node|woff2?|ttf|otf|eot|mp[34]|mov|avi|webm|ogg|wav|flac|sqlite3?|db|bin|dat)$/i;

function repositoryRules(root: string): IgnoreRules[] {
  const exclude = readRules(join(root, ".git/info/exclude"), "");
  return exclude === undefined ? [] : [exclude];
}

function readRules(file: string, base: string): IgnoreRules | undefined {
  try {
    const text = readFileSync(file, "utf8");
    return /^\s*[^#\s]/m.test(text) ? { base, rules: ignore().add(text) } : undefined;
  } catch {
    // ignore: without a readable file there are no rules, which is the usual case
    return undefined;
  }
}

/** The deepest rules that say anything about the path decide, as in git. */
function isIgnored(path: string, rules: IgnoreRules[]): boolean {
  for (let index = rules.length - 1; index >= 0; index -= 1) {
    const at = rules[index];
    if (at === undefined) continue;
    const verdict = at.rules.test(path.slice(at.base.length));
    if (verdict.ignored) return true;
    if (verdict.unignored) return false;
  }
  return false;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
