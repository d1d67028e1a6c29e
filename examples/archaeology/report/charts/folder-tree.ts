/** Owns turning the flat list of folders, each including what lies below it, into areas that don't overlap. */
import type { FolderTotal } from "../../analysis/excavation.ts";

export interface FolderArea {
  readonly path: string;
  /** What the area is called inside its parent. */
  readonly name: string;
  readonly code: number;
  readonly files: number;
  readonly changes: number;
  /** The one with the most code; `null` when that is not known. */
  readonly language: string | null;
  /** Areas inside, most code first; they add up to `code`. Empty for an area drawn as one. */
  readonly inside: readonly FolderArea[];
}

/** Top areas, most code first. Code of files directly in a folder, or in folders not listed, gets an area of its own. */
export function folderAreas(folders: readonly FolderTotal[]): FolderArea[] {
  const root = folders.find(({ path }) => path === ".");
  const tops = folders.filter(({ path }) => path !== "." && !path.includes("/"));
  return withRest(
    tops.map((top) => ({ ...asArea(top), inside: insideOf(top, folders) })),
    root,
    "files at the top",
  );
}

function insideOf(top: FolderTotal, folders: readonly FolderTotal[]): FolderArea[] {
  const below = folders.filter(({ path }) => {
    return path.startsWith(`${top.path}/`) && !path.slice(top.path.length + 1).includes("/");
  });
  return below.length === 0 ? [] : withRest(below.map(asArea), top, "other files");
}

function withRest(areas: FolderArea[], whole: FolderTotal | undefined, name: string): FolderArea[] {
  const rest = {
    path: whole?.path ?? ".",
    name,
    code: (whole?.code ?? 0) - sum(areas, "code"),
    files: Math.max(0, (whole?.files ?? 0) - sum(areas, "files")),
    changes: Math.max(0, (whole?.changes ?? 0) - sum(areas, "changes")),
    language: whole?.ownLanguage ?? null,
    inside: [],
  };
  return [...areas, ...(rest.code > 0 ? [rest] : [])].toSorted((left, right) => right.code - left.code);
}

function asArea({ path, code, files, changes, language }: FolderTotal): FolderArea {
  return { path, name: path.slice(path.lastIndexOf("/") + 1), code, files, changes, language, inside: [] };
}

function sum(areas: readonly FolderArea[], field: "code" | "files" | "changes"): number {
  return areas.reduce((total, area) => total + area[field], 0);
}
