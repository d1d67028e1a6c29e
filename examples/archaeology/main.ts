/** Studies a folder of code: the main job. `npm start` runs it on this project. */
import { relative, resolve } from "node:path";
import process from "node:process";
import { ReeveError, systemClock } from "reeve";
import { exitCodes, helpText, parseCommand, type StudyCommand } from "./command-line.ts";
import { FolderError, prepareFolders } from "./folders.ts";
import { runStudy } from "./study.ts";

/** npm passes on a Ctrl-C that the terminal has sent to this process already: so close together it is one. */
const sameInterruptMs = 300;

const project = resolve(import.meta.dirname, "../..");
// ignore: whoever reads the output may stop before its end, as `head` does; the report is written all the same
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args, project);
  switch (command.kind) {
    case "help":
      console.log(helpText);
      return exitCodes.done;
    case "wrong":
      console.error(`${command.message}\nSee: npm start -- --help`);
      return exitCodes.usage;
    case "study":
      return study(command, args);
  }
}

async function study(command: StudyCommand, args: readonly string[]): Promise<number> {
  try {
    const { dashboard } = command;
    const exitCode = await runStudy(await prepareFolders(command), { interrupted: onInterrupt(), dashboard });
    if (exitCode === exitCodes.interrupted) console.log(`Interrupted. To go on: ${resumeCommand(args)}`);
    return exitCode;
  } catch (error) {
    return explain(error, command);
  }
}

function explain(error: unknown, { out }: { out: string }): number {
  if (error instanceof FolderError) {
    console.error(error.message);
    return exitCodes.usage;
  }
  if (!(error instanceof ReeveError)) throw error;
  if (error.code === "file-owned") {
    console.error(
      `Another process is at work in ${out}: ${error.message}. Wait for it, or choose another --out.`,
    );
    return exitCodes.busy;
  }
  console.error(error.hint === undefined ? error.message : `${error.message}\n${error.hint}`);
  return exitCodes.failed;
}

/** Aborts at the first request to end; the second one ends the process. */
function onInterrupt(): AbortSignal {
  const clock = systemClock();
  const interrupt = new AbortController();
  let firstAt: number | undefined;
  const onSignal = (): void => {
    if (firstAt === undefined) {
      firstAt = clock.monotonic();
      interrupt.abort();
    } else if (clock.monotonic() - firstAt > sameInterruptMs) {
      process.exit(exitCodes.interrupted);
    }
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return interrupt.signal;
}

function resumeCommand(args: readonly string[]): string {
  const quoted = args.map((arg) => (/^[\w./=@:+-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`));
  const flags = quoted.length === 0 ? "" : ` -- ${quoted.join(" ")}`;
  const folder = relative(process.cwd(), project);
  return folder === "" ? `npm start${flags}` : `npm start --prefix ${folder}${flags}`;
}
