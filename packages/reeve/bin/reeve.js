#!/usr/bin/env node
/**
 * The entry of the `reeve` command. It runs on every Node that understands modules, so that one that is too old gets
 * a line that helps and not a stack; everything else is src/main.ts.
 */
import { existsSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

const NODE_MIN = 24;
/** The same as in src/command-line/exit-codes.ts. */
const EXIT_CONFIGURATION = 3;

if (Number(process.versions.node.split(".")[0]) < NODE_MIN) {
  const here = relative(process.cwd(), fileURLToPath(import.meta.url));
  const words = ["npx", "-y", `node@${NODE_MIN}`, here].concat(process.argv.slice(2)).map(quote);
  process.stderr.write(
    `reeve needs Node ${NODE_MIN} or newer; this is ${process.version}. Try: ${words.join(" ")}\n`,
  );
  process.exitCode = EXIT_CONFIGURATION;
} else {
  silenceKnownWarnings();
  const built = new URL("../dist/main.js", import.meta.url);
  // In the repository nothing need be built: `node -C source` runs the sources.
  const runsSources = /(^| )(-C |-C=|--conditions[ =])source( |$)/.test(process.execArgv.join(" "));
  if (runsSources) await import(new URL("../src/main.ts", import.meta.url).href);
  else if (existsSync(built)) await import(built.href);
  else {
    process.stderr.write("reeve is not built. Try: npm run build, or npm run reeve -- COMMAND\n");
    process.exitCode = EXIT_CONFIGURATION;
  }
}

/** As a shell would need it. */
function quote(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.split("'").join(`'\\''`)}'`;
}

/** Reeve is tested with what Node still calls experimental; other warnings stay. */
function silenceKnownWarnings() {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    const kind = typeof rest[0] === "string" ? rest[0] : rest[0]?.type;
    const isKnown = kind === "ExperimentalWarning" && /SQLite|Type Stripping/i.test(String(warning));
    if (!isKnown) emitWarning.call(process, warning, ...rest);
  };
}
