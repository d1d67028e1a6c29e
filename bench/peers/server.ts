/**
 * Server programs of the contenders: starting them, waiting until they answer, ending them by their process id.
 * A server started here does not outlive this process. Should this process be killed, the bench, which is told every
 * id, ends them.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createWriteStream, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Reply } from "./contender.ts";

/** A program of the system isn't installed; the message says how to install it. */
export class MissingServer extends Error {}

/** The user a server runs as. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface ServerOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** The file that takes what it prints. */
  readonly log: string;
  /** @default the user of this process */
  readonly owner?: Owner | undefined;
  /** Asks for an orderly end. @default "SIGTERM" */
  readonly stopSignal?: NodeJS.Signals;
  /** Ends it at once. @default "SIGKILL" */
  readonly killSignal?: NodeJS.Signals;
  /** Settles well when the server takes requests. */
  answers(): Promise<unknown>;
}

export interface Server {
  stop(): Promise<void>;
}

const START_MS_MAX = 60_000;
const POLL_MS = 25;
const STOP_MS_MAX = 5_000;

const running = new Map<ChildProcess, NodeJS.Signals>();

/** Starts a program and waits until it answers. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { program, stopSignal = "SIGTERM", killSignal = "SIGKILL" } = options;
  const log = createWriteStream(options.log);
  const child = spawn(program, options.args, { stdio: ["ignore", "pipe", "pipe"], ...options.owner });
  running.set(child, killSignal);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(`it ended with ${code ?? signal}`));
  });
  void ended.then(() => running.delete(child));
  const told: Reply = { kind: "server", pid: child.pid ?? 0, killSignal };
  if (child.pid !== undefined) process.send?.(told);
  const early = await Promise.race([untilAnswers(options), ended]);
  if (early !== undefined) throw new Error(`${program}: ${early}\n${readFileSync(options.log, "utf8")}`);
  return {
    stop: async () => {
      child.kill(stopSignal);
      const timer = setTimeout(() => child.kill(killSignal), STOP_MS_MAX);
      await ended;
      clearTimeout(timer);
    },
  };
}

async function untilAnswers({ answers }: ServerOptions): Promise<string | undefined> {
  const deadline = performance.now() + START_MS_MAX;
  for (;;) {
    try {
      await answers();
      return undefined;
    } catch (error) {
      if (performance.now() > deadline) return `no answer within ${START_MS_MAX / 1_000} s: ${String(error)}`;
    }
    await delay(POLL_MS);
  }
}

/** For the end of the process, where nothing can be awaited. */
export function killServers(): void {
  for (const [child, signal] of running) child.kill(signal);
}

/** The path of a program of the system. */
export function findProgram(name: string): string | undefined {
  const found = spawnSync("sh", ["-c", 'command -v -- "$0"', name], { encoding: "utf8" }).stdout.trim();
  return found === "" ? undefined : found;
}

/** What a program says about its version, its first line. */
export function programVersion(program: string): string {
  const [line = program] = spawnSync(program, ["--version"], { encoding: "utf8" }).stdout.trim().split("\n");
  return line;
}
