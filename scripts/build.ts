/**
 * Builds what is published: the dashboard into the server's folder; then packages/core, packages/server and
 * packages/reeve to ESM with types, in that order, because each is compiled against the built types of those before it.
 * Copies beside the sources what tsc leaves out (style sheets), into each package the licence, and the guides into what
 * people install, so that their tarballs carry them.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, rmSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";

/** The palette, which reports share. */
const TOKENS = join("packages", "dashboard", "src", "styles", "tokens.css");
const root = join(import.meta.dirname, "..");

run([join(root, "packages", "dashboard", "build.ts")]);

for (const name of ["core", "server", "reeve"]) {
  const folder = join(root, "packages", name);
  const dist = join(folder, "dist");
  rmSync(dist, { recursive: true, force: true });
  compile(folder);
  cpSync(join(folder, "src"), dist, {
    recursive: true,
    filter: (source) =>
      statSync(source).isDirectory() ? basename(source) !== "fixtures" : !source.endsWith(".ts"),
  });
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  if (name === "reeve") copyForPeople(folder, dist);
}

/** The guides without their pictures, which are larger than all the rest, and the palette of reports. */
function copyForPeople(folder: string, dist: string): void {
  copyFileSync(join(root, TOKENS), join(dist, "report", "tokens.css"));
  rmSync(join(folder, "docs"), { recursive: true, force: true });
  cpSync(join(root, "docs"), join(folder, "docs"), {
    recursive: true,
    filter: (source) =>
      statSync(source).isDirectory() ? basename(source) !== "images" : extname(source) === ".md",
  });
}

function compile(folder: string): void {
  run([join(root, "node_modules", "typescript", "bin", "tsc"), "-p", join(folder, "tsconfig.build.json")]);
}

function run(args: readonly string[]): void {
  const result = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (result.status !== 0) process.exit(result.status ?? 1);
}
