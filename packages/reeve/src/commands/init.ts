/** `reeve init`: writes a small example that works, and touches nothing that is there. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { Call, Command } from "../command-line/command.ts";
import { CommandError, usageError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { shellWord } from "../command-line/shell-word.ts";
import { CONFIG_NAMES } from "../config/find-config.ts";
import { oneLine } from "../output/safe-text.ts";
import { exampleConfig, examplePattern } from "./init-example.ts";

export const initCommand: Command = {
  name: "init",
  words: ["[FOLDER]"],
  summary: "write a small working example: a configuration and a pattern",
  examples: [
    ["reeve init", "in this folder"],
    ["reeve init tasks", "in the folder tasks"],
  ],
  options: {},
  run: async (call) => {
    const folder = resolve(call.folder, call.given.word(0));
    writing(folder, () => mkdirSync(folder, { recursive: true, mode: 0o755 }));
    // Without "type": "module" a .ts file could be taken for CommonJS.
    const ending = isModulePackage(folder) ? "ts" : "mts";
    const files = new Map([
      [join(folder, `reeve.config.${ending}`), exampleConfig(ending)],
      [join(folder, `greet.${ending}`), examplePattern],
    ]);
    const there = [...files.keys(), ...CONFIG_NAMES.map((name) => join(folder, name))].find((file) =>
      existsSync(file),
    );
    if (there !== undefined) {
      throw usageError(
        `${there} is there already; nothing was written`,
        "remove it first, or name another folder: reeve init FOLDER",
      );
    }
    // A configuration that others may write to is not run, so it is not made that way under a loose umask either.
    for (const [file, text] of files)
      writing(file, () => writeFileSync(file, text, { flag: "wx", mode: 0o644 }));
    tellWhatNext(call, folder, [...files.keys()]);
    return EXIT.ok;
  },
};

/** @throws CommandError when the disk, or a right that is missing, does not allow it */
function writing(what: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = "name a folder that you may write to: reeve init FOLDER";
    throw new CommandError(EXIT.refused, `${what} can't be written: ${why}`, hint, error);
  }
}

function tellWhatNext({ terminal, folder: called }: Call, folder: string, files: readonly string[]): void {
  const { out } = terminal;
  for (const file of files) out.line(`wrote ${oneLine(relative(called, file))}`);
  const steps: string[] = [];
  if (folder !== called) steps.push(`cd ${shellWord(relative(called, folder))}`);
  if (!isInstalled(folder)) steps.push("npm install reeve");
  steps.push(`npx reeve run greet --input '{"names":["Ada","Grace","Barbara"]}'`);
  out.line(`next: ${steps.join(" && ")}`);
}

/** Whether the nearest package.json makes `.ts` files modules. */
function isModulePackage(folder: string): boolean {
  const file = upward(folder, "package.json");
  if (file === undefined) return false;
  const manifest: unknown = JSON.parse(readFileSync(file, "utf8"));
  return (
    typeof manifest === "object" && manifest !== null && "type" in manifest && manifest.type === "module"
  );
}

function isInstalled(folder: string): boolean {
  return upward(folder, join("node_modules", "reeve", "package.json")) !== undefined;
}

function upward(folder: string, name: string): string | undefined {
  for (let here = folder; ; here = dirname(here)) {
    const file = join(here, name);
    if (existsSync(file)) return file;
    if (dirname(here) === here) return undefined;
  }
}
