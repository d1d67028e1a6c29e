/**
 * One run of a program: starts it, keeps its output within limits, and stops it with everything it started. What its
 * end means is the agent's to say.
 *
 * Invariant: it settles only when the tree of the child has ended, or has been killed.
 */
import { spawn, type ChildProcess } from "node:child_process";
import type { Clock } from "../clock.ts";
import { headOf, tailOf, type Output } from "./output.ts";
import { HAS_GROUPS, holdTree, releaseTree, stopTree } from "./process-tree.ts";

const STDERR_BYTES_MAX = 65_536;
const ROUND_MS = 10;
const SILENT_ROUNDS = 50;

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly environment: Record<string, string>;
  /** What it reads; undefined: it finds its input closed. */
  readonly stdin: string | undefined;
  /** More bytes on stdout stop the program. */
  readonly outputBytesMax: number;
  /** What it gets between the request to end and the end by force. */
  readonly killGraceMs: number;
}

/** As the platform reports it: one of the two is null. */
interface Exit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProgramEnd extends Exit {
  readonly stdout: string;
  /** The last 64 KB. */
  readonly stderr: string;
  readonly outputTooLarge: boolean;
}

/**
 * @param signal stops the program; the result then says how it ended.
 * @param alive called for each piece of output.
 * @throws the platform's error when the program can't be started.
 */
export async function runProgram(
  program: Program,
  signal: AbortSignal,
  clock: Clock,
  alive: () => void,
): Promise<ProgramEnd> {
  const child = start(program);
  const pipes = { closed: false };
  child.once("close", () => (pipes.closed = true));
  const io = { stdout: headOf(program.outputBytesMax), stderr: tailOf(STDERR_BYTES_MAX) };
  const exit = await untilExit(child, program, io, signal, clock, alive);
  await untilSilent(pipes, io, clock);
  child.stdout?.destroy();
  child.stderr?.destroy();
  return {
    ...exit,
    stdout: io.stdout.text(),
    stderr: io.stderr.text(),
    outputTooLarge: io.stdout.size > program.outputBytesMax,
  };
}

function start({ command, args, cwd, environment, stdin }: Program): ChildProcess {
  const child = spawn(command, [...args], {
    cwd,
    env: environment,
    shell: false,
    detached: HAS_GROUPS,
    windowsHide: true,
    stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  if (stdin !== undefined) {
    // A program may end without reading all of its input, which is its right.
    child.stdin?.on("error", () => {});
    child.stdin?.end(stdin);
  }
  return child;
}

interface Streams {
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Rejects when the program could not be started; then there is no process and nothing to stop. */
async function untilExit(
  child: ChildProcess,
  program: Program,
  streams: Streams,
  signal: AbortSignal,
  clock: Clock,
  alive: () => void,
): Promise<Exit> {
  const leader = child.pid;
  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    if (leader !== undefined) stopping ??= stopTree(leader, program.killGraceMs, clock);
  };
  child.stdout?.on("data", (chunk: Buffer) => {
    streams.stdout.add(chunk);
    alive();
    if (streams.stdout.size > program.outputBytesMax) stop();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    streams.stderr.add(chunk);
    alive();
  });
  if (leader !== undefined) holdTree(leader);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const exit = await new Promise<Exit>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (exitCode, exitSignal) => resolve({ exitCode, signal: exitSignal }));
    });
    // What the program started and left behind; often there is nothing, and this returns at once.
    stop();
    await stopping;
    return exit;
  } finally {
    signal.removeEventListener("abort", stop);
    if (leader !== undefined) releaseTree(leader);
  }
}

/**
 * All that the program wrote is read once its pipes close. A process that left the group may hold them open for as
 * long as it likes, so silence ends the wait too; several rounds of it, as this process may itself have been held up.
 */
async function untilSilent(
  pipes: { readonly closed: boolean },
  streams: Streams,
  clock: Clock,
): Promise<void> {
  for (let silent = 0, size = -1; !pipes.closed && silent < SILENT_ROUNDS;) {
    const sizeNow = streams.stdout.size + streams.stderr.size;
    silent = sizeNow === size ? silent + 1 : 0;
    size = sizeNow;
    await new Promise<void>((resolve) => void clock.timer(ROUND_MS, resolve));
  }
}
