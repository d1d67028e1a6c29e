/** The flags of the study. Owns their texts and the exit codes; touches no files. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { closestName } from "reeve";

export const exitCodes = { done: 0, failed: 1, usage: 2, busy: 3, interrupted: 130 } as const;

export interface StudyCommand {
  readonly kind: "study";
  readonly root: string;
  readonly out: string;
  readonly dashboard: boolean;
}

export type Command =
  | StudyCommand
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly message: string };

export const helpText = `Studies a folder of code and writes report.html and report.json about it.

Usage: npm start -- [--root DIR] [--out DIR] [--no-dashboard]
   or: node -C source examples/archaeology/main.ts [--root DIR] [--out DIR] [--no-dashboard]

  --root DIR       the folder to study (default: this project)
  --out DIR        where the report and the log go (default: .reeve/archaeology in this project)
  --no-dashboard   only study
  -h, --help       this text

The dashboard shows the study at work. On a terminal it stays until Ctrl-C, elsewhere it ends with the study.

A study that was interrupted or killed goes on when it is started again with the same flags.

Exit codes: 0 done; 1 the study failed, or too few files could be studied; 2 wrong flags or folders;
3 another process is at work in DIR; 130 interrupted.`;

const flags = {
  root: { type: "string" },
  out: { type: "string" },
  "no-dashboard": { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** @param project the folder that the defaults are about. Relative folders are taken from the working directory. */
export function parseCommand(args: readonly string[], project: string): Command {
  try {
    const { values } = parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: false });
    if (values.help) return { kind: "help" };
    for (const name of ["root", "out"] as const) {
      if (values[name] === "") return { kind: "wrong", message: `--${name} needs the path of a folder` };
    }
    return {
      kind: "study",
      root: resolve(values.root ?? project),
      out: resolve(values.out ?? resolve(project, ".reeve/archaeology")),
      dashboard: !values["no-dashboard"],
    };
  } catch (error) {
    return { kind: "wrong", message: explain(error, args) };
  }
}

function explain(error: unknown, args: readonly string[]): string {
  const known = Object.keys(flags);
  const unknown = args.find((arg) => arg.startsWith("--") && !known.includes(nameOf(arg)));
  if (unknown !== undefined) {
    const meant = closestName(nameOf(unknown), known);
    return `there is no flag --${nameOf(unknown)}${meant === undefined ? "" : `; did you mean --${meant}?`}`;
  }
  const stray = args.find((arg, index) => !arg.startsWith("-") && !args[index - 1]?.startsWith("-"));
  if (stray !== undefined) return `'${stray}' is not expected; folders are given as --root DIR and --out DIR`;
  return error instanceof Error ? error.message : String(error);
}

function nameOf(flag: string): string {
  return flag.slice(2).split("=", 1)[0] ?? "";
}
