/** Calls the real command in a temporary folder that has the package installed as a user's would. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const main = join(import.meta.dirname, "src", "main.ts");

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Resolves once the text was written to either stream; rejects when the command ends without it. */
  says(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

export interface Workspace {
  readonly folder: string;
  write(name: string, text: string): string;
  start(args: readonly string[], options?: CallOptions): Running;
  reeve(...args: readonly string[]): Promise<Ended>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface CallOptions {
  readonly cwd?: string;
  readonly environment?: { readonly [name: string]: string };
  readonly stdin?: string;
}

const open = new Set<Workspace>();

/** Disposes what tests that ran out of time have left. */
export async function disposeWorkspaces(): Promise<void> {
  for (const workspace of open) await workspace[Symbol.asyncDispose]();
}

/** A folder with `reeve` in its node_modules. Disposing it ends what still runs and removes it. */
export function makeWorkspace(config?: string): Workspace {
  const folder = mkdtempSync(join(tmpdir(), "reeve-command-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(import.meta.dirname, join(folder, "node_modules", "reeve"), "junction");
  const running = new Set<Running>();
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  write("package.json", `{ "type": "module" }\n`);
  if (config !== undefined) write("reeve.config.ts", config);
  const start: Workspace["start"] = (args, { cwd = folder, environment = {}, stdin } = {}) => {
    const child = spawn(process.execPath, ["-C", "source", main, ...args], {
      cwd,
      env: { ...cleanEnvironment(), ...environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stdin.end(stdin ?? "");
    const call = watch(child);
    running.add(call);
    child.on("close", () => running.delete(call));
    return call;
  };
  const workspace: Workspace = {
    folder,
    write,
    start,
    reeve: (...args) => start(args).ended,
    [Symbol.asyncDispose]: async () => {
      open.delete(workspace);
      for (const { child } of running) child.kill("SIGKILL");
      await Promise.all(Array.from(running, ({ ended }) => ended));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  open.add(workspace);
  return workspace;
}

function watch(child: ChildProcess): Running {
  let stdout = "";
  let stderr = "";
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    tell();
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    tell();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code, signal, stdout, stderr });
      tell();
    });
  });
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (`${stdout}\n${stderr}`.includes(text)) resolve();
        else if (child.exitCode !== null || child.signalCode !== null) {
          reject(new Error(`the command ended without saying "${text}":\n${stdout}\n${stderr}`));
        } else return;
        listeners.delete(look);
      };
      listeners.add(look);
      look();
    });
  return { child, says, ended };
}

/** Without what the test runner and the machine set, such as colours; with the cache of compiled modules. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(NODE_(?!COMPILE_CACHE$).*|VITEST.*|npm_.*|NO_COLOR|FORCE_COLOR|CI|TERM|TEST)$/i.test(name),
    ),
  );
}
