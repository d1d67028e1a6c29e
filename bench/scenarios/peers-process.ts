/**
 * One contender in a process of its own, seen from the bench: started, sent work, ended. At the end nothing of it is
 * left: not the process, not its servers, not its folder.
 */
import { fork, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Command, Reply, Sample, Work } from "../peers/contender.ts";
import { peersFolder } from "./peers-install.ts";

export interface ContenderProcess {
  /** Says the contender's version, or what to install when a program of the system is missing. */
  readonly start: Promise<{ readonly version: string } | { readonly remedy: string }>;
  measure(work: Work): Promise<Sample>;
  close(): Promise<void>;
}

const END_MS_MAX = 20_000;

/** Starts the contender that `module` opens. Its folder is where temporary files are, as is Reeve's file. */
export function openContender(name: string, module: string, aborted: AbortSignal): ContenderProcess {
  const folder = mkdtempSync(join(tmpdir(), "reeve-peers-"));
  const child = fork(join(peersFolder, "host.ts"), [module, folder], {
    stdio: ["ignore", 2, 2, "ipc"],
    // Those of other people's packages are no news here.
    execArgv: [...process.execArgv, "--disable-warning=DeprecationWarning"],
  });
  const servers = new Map<number, NodeJS.Signals>();
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.on("message", (message: Reply) => {
    if (message.kind === "server") servers.set(message.pid, message.killSignal);
  });
  const start = nextReply(name, child, aborted).then((reply) => {
    if (reply.kind === "ready") return { version: reply.version };
    if (reply.kind === "missing") return { remedy: reply.remedy };
    throw new Error(`${name}: ${reply.kind === "failed" ? reply.reason : reply.kind}`);
  });
  // ignore: whoever awaits `start` gets the failure; closing without awaiting it is no second one
  start.catch(() => undefined);
  return {
    start,
    measure: async (work) => {
      const replied = nextReply(name, child, aborted);
      send(child, { kind: "measure", work });
      const reply = await replied;
      if (reply.kind === "measured") return reply.sample;
      throw new Error(`${name}: ${reply.kind === "failed" ? reply.reason : reply.kind}`);
    },
    close: async () => {
      send(child, { kind: "stop" });
      const timer = setTimeout(() => child.kill("SIGKILL"), END_MS_MAX);
      await ended;
      clearTimeout(timer);
      // An orderly end has ended the servers; after any other the bench does it.
      if (child.exitCode !== 0)
        await Promise.all(Array.from(servers, ([pid, signal]) => endServer(pid, signal)));
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** The next message that is an answer; fails when the process ends or the bench is interrupted. */
function nextReply(
  name: string,
  child: ChildProcess,
  aborted: AbortSignal,
): Promise<Exclude<Reply, { kind: "server" }>> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      child.off("message", onMessage);
      child.off("exit", onExit);
      aborted.removeEventListener("abort", onAbort);
    };
    const onMessage = (message: Reply): void => {
      if (message.kind === "server") return;
      settle();
      resolve(message);
    };
    const onExit = (code: number | null, signal: string | null): void => {
      settle();
      reject(new Error(`${name}: its process ended with ${code ?? signal}`));
    };
    const onAbort = (): void => {
      settle();
      reject(new Error(`interrupted by ${String(aborted.reason)}`));
    };
    child.on("message", onMessage);
    child.once("exit", onExit);
    aborted.addEventListener("abort", onAbort);
    if (aborted.aborted) onAbort();
    else if (hasEnded(child)) onExit(child.exitCode, child.signalCode);
  });
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function send(child: ChildProcess, command: Command): void {
  if (child.connected) child.send(command);
}

/** Ends a server that has lost the process that started it, and waits until it is gone. */
async function endServer(pid: number, signal: NodeJS.Signals): Promise<void> {
  const deadline = performance.now() + END_MS_MAX;
  while (performance.now() < deadline) {
    try {
      process.kill(pid, signal);
    } catch {
      // ignore: it has ended
      return;
    }
    await delay(100);
  }
}
