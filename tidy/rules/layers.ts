/** Enforces the table of layers.ts: rooms inside core, and packages among each other. */
import { posix } from "node:path";
import { rooms, roomsOfModule, workspaces } from "../layers.ts";
import type { Finding, Rule } from "../rule.ts";
import { syntaxOf, type Import } from "../syntax.ts";
import { isCode, isTest } from "../tree.ts";

const dashboardTests = new Set(["@reeve/core", "@reeve/server"]);
const coreSource = "packages/core/src/";

/** Rooms of core import only the rooms the table grants them. */
export const roomsKeepToTheTable: Rule = (files) =>
  files
    .filter((file) => isCode(file) && !isTest(file) && file.path.startsWith(coreSource))
    .flatMap((file) => {
      const room = roomOf(file.path);
      if (room === undefined) {
        return [{ path: file.path, line: 0, message: "is in no room of tidy/layers.ts; give it one" }];
      }
      return syntaxOf(file).imports.flatMap((found) => {
        const message = refusal(file.path, room, found);
        return message === undefined ? [] : [{ path: file.path, line: found.line, message }];
      });
    });

/** Workspaces import each other by public entry points, and only along the table. */
export const packagesKeepToTheTable: Rule = (files) =>
  files.filter(isCode).flatMap((file) => {
    const workspace = workspaceOf(file.path);
    if (workspace === undefined) return [];
    const granted = workspaces[workspace.name];
    return syntaxOf(file).imports.flatMap(({ specifier, line }): Finding[] => {
      if (specifier.startsWith(".")) {
        const target = posix.join(posix.dirname(file.path), specifier);
        if (target.startsWith(workspace.folder)) return [];
        return [{ path: file.path, line, message: `reaches out of ${workspace.folder} into ${target}` }];
      }
      const ours = specifier === "reeve" || specifier.startsWith("reeve/") || specifier.startsWith("@reeve/");
      if (!ours || granted === undefined || granted.includes(specifier)) return [];
      // A package's own name, so that its tests can go through its front door.
      if (isTest(file) && workspace.folder === "packages/reeve/" && specifier.startsWith("reeve")) return [];
      // Its tests look at pages of a real server over a real runtime.
      if (isTest(file) && workspace.folder === "packages/dashboard/" && dashboardTests.has(specifier))
        return [];
      return [{ path: file.path, line, message: `${workspace.name} may not import ${specifier}` }];
    });
  });

function refusal(path: string, from: string, { specifier }: Import): string | undefined {
  if (!specifier.startsWith(".")) {
    const holders = roomsOfModule[specifier];
    return holders === undefined || holders.includes(from)
      ? undefined
      : `${from} may not import ${specifier}; only ${holders.join(", ")} may`;
  }
  const target = posix.join(posix.dirname(path), specifier);
  const to = roomOf(target);
  if (to === undefined || to === from) return undefined;
  const importers = rooms[to]?.importedBy;
  if (importers !== undefined && !importers.includes(from)) return `${from} may not import ${to}`;
  const granted = rooms[from]?.mayImport ?? [];
  return granted === "all of core" || granted.includes(to) ? undefined : `${from} may not import ${to}`;
}

function roomOf(path: string): string | undefined {
  if (!path.startsWith(coreSource)) return undefined;
  const inside = path.slice(coreSource.length);
  return Object.keys(rooms)
    .filter((room) => inside === `${room}.ts` || inside.startsWith(`${room}/`))
    .toSorted((left, right) => right.length - left.length)[0];
}

function workspaceOf(path: string): { readonly name: string; readonly folder: string } | undefined {
  const [first, second] = path.split("/");
  if (first === undefined || second === undefined) return undefined;
  if (first === "packages") return { name: `packages/${second}`, folder: `packages/${second}/` };
  if (first === "examples") return { name: "examples", folder: `examples/${second}/` };
  return first in workspaces ? { name: first, folder: `${first}/` } : undefined;
}
