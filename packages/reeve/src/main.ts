/**
 * The `reeve` command: picks the command, runs it, and turns what happens into an exit code. bin/reeve.js has checked
 * Node's version before this is loaded.
 */
import { closestName } from "@reeve/core";
import { callCommand } from "./command-line/call-command.ts";
import { usageError } from "./command-line/command-error.ts";
import { EXIT } from "./command-line/exit-codes.ts";
import { commandHelp, generalHelp } from "./command-line/help.ts";
import { showError } from "./command-line/show-error.ts";
import { version } from "./command-line/version.ts";
import { COMMANDS } from "./commands/all.ts";
import { openTerminal, type Terminal } from "./output/terminal.ts";

const ALIVE_MS = 60_000;

const exitCode = await main(process.argv.slice(2), openTerminal(process.env));
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
// Not left to Node: an agent that ignored its signal may have left timers or sockets behind.
process.exit(exitCode);

async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  leaveQuietlyWhenNobodyReads();
  // Waiting for another process, or for a person's answer, is nothing that Node would stay for.
  const alive = setInterval(() => {}, ALIVE_MS);
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    return showError(error, terminal.err, args.includes("--debug"));
  } finally {
    clearInterval(alive);
  }
}

async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  const { out, err } = terminal;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    const about = COMMANDS.find((command) => command.name === rest[0]);
    const stream = name === undefined ? err : out;
    const text = about ? commandHelp(about, stream) : generalHelp(COMMANDS, stream);
    stream.line(text);
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  if (name === "--version" || name === "-v") {
    out.line(version());
    return EXIT.ok;
  }
  const command = COMMANDS.find((each) => each.name === name);
  if (!command) throw unknownCommand(name);
  return callCommand(command, rest, { terminal, environment: process.env, folder: process.cwd() });
}

function unknownCommand(name: string): Error {
  if (name.startsWith("-")) {
    return usageError(
      `'${name}' stands where the command is expected`,
      `options follow it: reeve COMMAND ${name} …`,
    );
  }
  const close = closestName(
    name,
    COMMANDS.map((command) => command.name),
  );
  return usageError(
    `there is no command '${name}'`,
    close ? `did you mean 'reeve ${close}'?` : "see reeve --help",
  );
}

/** `reeve runs | head` closes the pipe; that is no error. A run goes on although nobody reads its progress. */
function leaveQuietlyWhenNobodyReads(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(EXIT.ok);
  });
  process.stderr.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

/** Resolves when what was written before is out, or can't get out any more. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}
