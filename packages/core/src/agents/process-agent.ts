/** An agent whose work is done by another program, which is stopped with everything it started when it must stop. */
import { existsSync } from "node:fs";
import { systemClock } from "../clock.ts";
import {
  buildAgent,
  type Agent,
  type AgentPolicy,
  type Returned,
  type StepContext,
} from "../delegation/agent.ts";
import { agentChecker } from "../delegation/agent-checker.ts";
import { toStepError } from "../delegation/failure.ts";
import { showValue } from "../delegation/show-value.ts";
import { ReeveError } from "../errors.ts";
import { runProgram, type Program, type ProgramEnd } from "./child.ts";
import { commandText, tailText } from "./command-text.ts";
import { childEnvironment } from "./environment.ts";
import { closeReason, stopReason } from "./stop-reason.ts";

const OUTPUT_BYTES_MAX_DEFAULT = 16_777_216;
const KILL_GRACE_MS_DEFAULT = 2_000;
/** After the end by force: the system's own bookkeeping and the last of the output, each half a second at most. */
const END_MARGIN_MS = 2_000;

/** A program and its arguments. No shell reads them, so nothing in them needs quoting or can be misread. */
export type CommandLine =
  | readonly string[]
  | {
      readonly command: string;
      readonly args?: readonly string[];
      /** What the program reads; wins over the agent's `stdin`. */
      readonly stdin?: string;
    };

/** What `parse` is told beside stdout. */
export interface ProcessEnd<Input> {
  readonly exitCode: number;
  /** The last 64 KB. */
  readonly stderr: string;
  readonly input: Input;
}

export interface ProcessAgentOptions<Input, Output> extends AgentPolicy<Input, Output> {
  /** The program with its arguments, or a function that makes them from the input. */
  readonly command: CommandLine | ((input: Input, ctx: StepContext) => CommandLine);
  /** What the program reads. @default nothing: it finds its input closed */
  stdin?(input: Input): string;
  /**
   * Makes the output from what the program wrote, or `ctx.with(change, output)`.
   * @default stdout as it is
   */
  parse?(
    stdout: string,
    end: ProcessEnd<Input>,
    ctx: StepContext,
  ): Returned<Output> | Promise<Returned<Output>>;
  /** Exit codes that are a success. @default [0] */
  readonly exitCodes?: readonly number[];
  /** The folder the program starts in. @default this process's */
  readonly cwd?: string;
  /**
   * Added to the environment, of which the program else sees PATH, HOME, LANG, LC_*, TMPDIR, TZ and SystemRoot only, and
   * TRACEPARENT, which is `ctx.traceparent`.
   */
  readonly env?: Readonly<Record<string, string>>;
  /** Bytes on stdout; more stop the program and fail the attempt. @default 16_777_216 */
  readonly outputBytesMax?: number;
  /** Milliseconds between the request to end (SIGTERM) and the end by force (SIGKILL), 0 or more. @default 2_000 */
  readonly killGraceMs?: number;
}

const clock = systemClock();

/**
 * Declares an agent that is a program. It fails when the program can't be started, ends with another exit code than
 * `exitCodes`, or is ended by a signal. Whatever it writes counts as a heartbeat. When an attempt must stop, and
 * when the program ends, all processes of its group are ended (on Windows, the program alone).
 * @throws ReeveError `agent-invalid` when an option is out of its bounds.
 */
export function processAgent<const Name extends string, Input = unknown, Output = string>(
  name: Name,
  options: ProcessAgentOptions<Input, Output>,
): Agent<Name, Input, Output> {
  checkOptions(name, options);
  const running = new Set<Promise<unknown>>();
  let closing = new AbortController();
  return buildAgent(name, options, {
    runsOn: "process",
    graceMs: (options.killGraceMs ?? KILL_GRACE_MS_DEFAULT) + END_MARGIN_MS,
    run: async (input: Input, ctx: StepContext) => {
      const attempt = makeAttempt(name, options, input, ctx, AbortSignal.any([ctx.signal, closing.signal]));
      running.add(attempt);
      try {
        return await attempt;
      } finally {
        running.delete(attempt);
      }
    },
    close: async () => {
      closing.abort(closeReason(name));
      closing = new AbortController();
      await Promise.allSettled(running);
    },
  });
}

async function makeAttempt<Input, Output>(
  name: string,
  options: ProcessAgentOptions<Input, Output>,
  input: Input,
  ctx: StepContext,
  signal: AbortSignal,
): Promise<Returned<Output>> {
  if (signal.aborted) throw stopReason(name, signal);
  const program = programOf(name, options, input, ctx);
  const end = await runProgram(program, signal, clock, () => ctx.heartbeat()).catch((error: unknown) => {
    throw notStarted(name, program, error);
  });
  if (signal.aborted) throw stopReason(name, signal);
  const exitCode = acceptedExitCode(name, program, end, options.exitCodes ?? [0]);
  if (options.parse) return options.parse(end.stdout, { exitCode, stderr: end.stderr, input }, ctx);
  // Without `parse`, the type parameter's default says that the output is text.
  return end.stdout as Output;
}

function programOf<Input, Output>(
  name: string,
  options: ProcessAgentOptions<Input, Output>,
  input: Input,
  ctx: StepContext,
): Program {
  const line = typeof options.command === "function" ? options.command(input, ctx) : options.command;
  if (!isCommandLine(line)) {
    throw new ReeveError("process-not-started", `agent '${name}': its command is ${shown(line)}`, {
      hint: 'a command is a list of strings such as ["git", "status"], or { command, args }',
    });
  }
  const { command, args, stdin } = splitCommand(line);
  return {
    command,
    args,
    cwd: options.cwd,
    environment: childEnvironment(ctx.traceparent, options.env),
    stdin: stdin ?? options.stdin?.(input),
    outputBytesMax: options.outputBytesMax ?? OUTPUT_BYTES_MAX_DEFAULT,
    killGraceMs: options.killGraceMs ?? KILL_GRACE_MS_DEFAULT,
  };
}

/** What a function in plain JavaScript returns may be anything. */
function isCommandLine(line: unknown): line is CommandLine {
  if (typeof line !== "object" || line === null) return false;
  if (Array.isArray(line)) return line[0] !== "" && isTexts(line) && line.length > 0;
  const command: unknown = Reflect.get(line, "command");
  const args: unknown = Reflect.get(line, "args");
  return typeof command === "string" && command !== "" && (args === undefined || isTexts(args));
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}

function splitCommand(line: CommandLine): Pick<Program, "command" | "args" | "stdin"> {
  if (!isList(line)) return { command: line.command, args: line.args ?? [], stdin: line.stdin };
  const [command = "", ...args] = line;
  return { command, args, stdin: undefined };
}

function isList(line: CommandLine): line is readonly string[] {
  return Array.isArray(line);
}

function shown(line: unknown): string {
  try {
    return JSON.stringify(line) ?? showValue(line);
  } catch {
    // ignore: what is no JSON is shown another way
    return showValue(line);
  }
}

/** @throws ReeveError unless the program ended by itself with an exit code that is a success. */
function acceptedExitCode(
  name: string,
  program: Program,
  end: ProgramEnd,
  accepted: readonly number[],
): number {
  const what = `agent '${name}': ${commandText(program.command, program.args)}`;
  if (end.outputTooLarge) {
    const limit = program.outputBytesMax.toLocaleString("en");
    throw new ReeveError(
      "output-too-large",
      `${what} wrote more than ${limit} bytes to stdout and was stopped`,
      {
        hint: "let it write to a file and pass the path, or raise `outputBytesMax`",
      },
    );
  }
  const written = tailText(end.stderr);
  const stderr = written === undefined ? "; it wrote nothing to stderr" : `; stderr ends with\n${written}`;
  if (end.exitCode === null) {
    throw new ReeveError(
      "process-killed",
      `${what} was ended by the signal ${end.signal ?? "(unknown)"}${stderr}`,
      {
        hint: "somebody else stopped it; after SIGKILL look whether the machine ran out of memory",
      },
    );
  }
  if (!accepted.includes(end.exitCode)) {
    throw new ReeveError("process-failed", `${what} ended with exit code ${end.exitCode}${stderr}`, {
      hint: "run the command by hand to see more; if the code is no failure, list it in `exitCodes`",
    });
  }
  return end.exitCode;
}

function notStarted(name: string, program: Program, cause: unknown): ReeveError {
  const what = `agent '${name}': ${commandText(program.command, program.args)} can't be started`;
  const { code, message } = toStepError(cause, { path: "" });
  const [problem, hint] = reasonFor(code, program, message);
  return new ReeveError("process-not-started", `${what}: ${problem}`, { cause, hint });
}

function reasonFor(code: string, program: Program, message: string): readonly [string, string] {
  // The platform reports a missing folder as if the program were missing.
  if (program.cwd !== undefined && !existsSync(program.cwd)) {
    return [`there is no folder ${JSON.stringify(program.cwd)}`, "create the folder, or correct `cwd`"];
  }
  switch (code) {
    case "ENOENT":
      return [
        "there is no such program",
        `install ${program.command}, or give its full path; PATH is searched`,
      ];
    case "EACCES":
      return ["it may not be executed", `make it executable: chmod +x ${program.command}`];
    case "E2BIG":
      return ["its arguments are too long", "hand the input over with `stdin` or in a file"];
    default:
      return [message, "the command must be a program of this machine; shell syntax is not understood"];
  }
}

function checkOptions<Input, Output>(name: string, options: ProcessAgentOptions<Input, Output>): void {
  const check = agentChecker(name, options);
  const { command, exitCodes, env, cwd } = options;
  if (typeof command !== "function" && !isCommandLine(command)) {
    const wanted = 'a list of strings such as ["git", "status"], { command, args }, or a function';
    check.fail("command", shown(command), wanted);
  }
  check.whole("outputBytesMax", options.outputBytesMax, 1);
  check.atLeast("killGraceMs", options.killGraceMs, 0);
  check.callback("stdin", options.stdin);
  check.callback("parse", options.parse);
  const codes: unknown = exitCodes ?? [0];
  if (!Array.isArray(codes) || codes.length === 0 || !codes.every((code) => Number.isInteger(code)))
    check.fail("exitCodes", shown(exitCodes), "a list of whole numbers, such as [0, 1]");
  if (cwd !== undefined && typeof cwd !== "string") check.fail("cwd", cwd, "the path of a folder");
  if (env !== undefined && !isTextRecord(env)) check.fail("env", env, "an object whose values are strings");
}

function isTextRecord(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === "string");
}
