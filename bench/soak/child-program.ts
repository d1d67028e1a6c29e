/** Programs of a soak as processes of their own; none of them outlives this one. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Started {
  readonly child: ChildProcess;
  /** Resolves when it has ended: its exit code, null when a signal ended it. */
  readonly ended: Promise<{ readonly code: number | null }>;
}

export interface StartOptions {
  readonly nodeOptions?: readonly string[];
  /** Its standard output can be read. @default false */
  readonly isRead?: boolean;
}

const alive = new Set<ChildProcess>();

process.on("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

/** Starts the file `program`, which gets `options` as JSON. */
export function startProgram(program: URL, options: object, start: StartOptions = {}): Started {
  const { nodeOptions = [], isRead = false } = start;
  const args = [...process.execArgv, ...nodeOptions, fileURLToPath(program), JSON.stringify(options)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", isRead ? "pipe" : "ignore", "inherit"] });
  alive.add(child);
  const ended = once(child, "exit").then(([code]: readonly unknown[]) => {
    alive.delete(child);
    return { code: typeof code === "number" ? code : null };
  });
  return { child, ended };
}
