/**
 * What `reeve up` costs that nobody asks for anything: the packages as they are published, built first, in a process that has
 * nothing of a benchmark in it, looked at from outside.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";

export interface IdleFigures {
  /** Of one processor. */
  readonly cpuPercent: number;
  readonly residentMb: number;
}

const ROOT = join(import.meta.dirname, "..", "..");
const REEVE = join(ROOT, "packages", "reeve");
/** In which Linux counts processor time, whatever its own clock does. */
const TICKS_PER_SECOND = 100;
const KIB_PER_MB = 1_024;

/**
 * @param ms how long it settles, and how long it is looked at
 * @returns undefined where the system has no /proc
 */
export async function measureIdle(
  folder: string,
  ms: { readonly settle: number; readonly idle: number },
): Promise<IdleFigures | undefined> {
  if (!existsSync("/proc/self/stat")) return undefined;
  const built = spawnSync(process.execPath, [join(ROOT, "scripts", "build.ts")], { stdio: ["ignore", 2, 2] });
  if (built.status !== 0) throw new Error("the packages can't be built; npm run build says why");
  const config = join(folder, "reeve.config.mjs");
  writeFileSync(config, configText());
  const args = [join(REEVE, "bin", "reeve.js"), "up", "--port", "0", "--config", config];
  const server = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  try {
    await Promise.race([once(server.stdout, "data"), failed(once(server, "exit"))]);
    await wait(ms.settle);
    const before = cpuTicks(server.pid);
    await wait(ms.idle);
    const seconds = (cpuTicks(server.pid) - before) / TICKS_PER_SECOND;
    return { cpuPercent: (seconds / (ms.idle / 1_000)) * 100, residentMb: residentMb(server.pid) };
  } finally {
    const exited = server.exitCode === null ? once(server, "exit") : undefined;
    server.kill();
    await exited;
  }
}

function configText(): string {
  const reeve = JSON.stringify(pathToFileURL(join(REEVE, "dist", "index.js")).href);
  return [
    `import { agent, sequential, sqliteEngine } from ${reeve};`,
    'const step = agent("step", { run: (n) => n });',
    'const patterns = [sequential("bench.one", { steps: [step] })];',
    'export default { patterns, engine: sqliteEngine("idle.db") };',
    "",
  ].join("\n");
}

async function failed(exit: Promise<unknown[]>): Promise<never> {
  const [code] = await exit;
  throw new Error(`reeve up ended with ${String(code)}`);
}

/** Of all threads, in the kernel and outside. */
function cpuTicks(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The program's name, in parentheses, may have spaces.
  const columns = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(columns[11]) + Number(columns[12]);
}

function residentMb(pid: number | undefined): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(found?.[1]) / KIB_PER_MB;
}
