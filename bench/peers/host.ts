/**
 * The process of one contender: `node host.ts MODULE FOLDER`, started by the bench with a channel for messages.
 * Whatever ends it (the command `stop`, the end of the bench, an error), the servers it started and its folder go too.
 */
import { rmSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { measure } from "./closed-loop.ts";
import type { Command, Contender, Open, Reply } from "./contender.ts";
import { killServers, MissingServer } from "./server.ts";

const CLOSE_MS_MAX = 15_000;

const [module = "", folder = ""] = process.argv.slice(2);
let contender: Contender | undefined;
let stopping = false;

// Ctrl-C reaches every process of the terminal; the bench gets it too and says when to stop.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => void stop());
process.on("disconnect", () => void stop());
process.on("exit", killServers);
process.on("message", (command: Command) => void obey(command));

try {
  const { open } = (await import(pathToFileURL(module).href)) as { open: Open };
  contender = await open(folder);
  reply({ kind: "ready", version: contender.version });
} catch (error) {
  reply(
    error instanceof MissingServer
      ? { kind: "missing", remedy: error.message }
      : { kind: "failed", reason: reasonOf(error) },
  );
}

async function obey(command: Command): Promise<void> {
  if (command.kind === "stop") {
    await stop();
    return;
  }
  try {
    if (!contender) throw new Error("there is no contender to measure");
    reply({ kind: "measured", sample: await measure(contender, command.work) });
  } catch (error) {
    reply({ kind: "failed", reason: reasonOf(error) });
  }
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  // Runs in flight may keep a contender from closing; none of them is worth waiting for.
  setTimeout(() => process.exit(1), CLOSE_MS_MAX);
  try {
    await contender?.close();
    rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${module}: ${reasonOf(error)}\n`);
    process.exit(1);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function reply(message: Reply): void {
  if (process.connected && !stopping) process.send?.(message);
}
