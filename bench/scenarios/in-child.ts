/**
 * Runs one measurement in a process of its own, so that its memory is its own: `node child.ts NAME JSON`, which answers
 * with one line of JSON.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Measurements } from "./child.ts";

const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));

/** What the measurement `name` answers. @param under the command, with its arguments, that starts the process */
export async function inChild<Name extends keyof Measurements>(
  name: Name,
  options: Parameters<Measurements[Name]>[0],
  under: readonly string[] = [],
): Promise<Awaited<ReturnType<Measurements[Name]>>> {
  const child = spawnChild(name, options, under);
  const exited = once(child, "exit");
  const answer = child.stdout ? await text(child.stdout) : "";
  const ended: readonly unknown[] = await exited;
  const [code, signal] = ended;
  if (code !== 0) throw new Error(`measuring '${name}' ended with ${String(code ?? signal)}`);
  // The other side of the same code wrote it.
  return JSON.parse(answer) as Awaited<ReturnType<Measurements[Name]>>;
}

/** Runs `name` until it has written its first line, then kills the process as a power cut would, no cleaning up. */
export async function inKilledChild<Name extends keyof Measurements>(
  name: Name,
  options: Parameters<Measurements[Name]>[0],
): Promise<void> {
  const child = spawnChild(name, options);
  const exited = once(child, "exit");
  const ready = await Promise.race([once(child.stdout ?? child, "data"), exited.then(() => undefined)]);
  if (!ready) throw new Error(`'${name}' ended before it was killed`);
  child.kill("SIGKILL");
  await exited;
}

function spawnChild(name: string, options: unknown, under: readonly string[] = []): ChildProcess {
  const command = [...under, process.execPath, ...process.execArgv, CHILD, name, JSON.stringify(options)];
  const [program = process.execPath, ...args] = command;
  return spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
}
