/** Kills a process under load again and again, lets the last one finish, and checks what it left. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock, type CancelTimer } from "../clock.ts";
import { openSqliteStore } from "../engine/sqlite/open-sqlite-store.ts";
import { seededRandom } from "../random.ts";
import { checkKilled, type Left } from "./check-killed.ts";
import { drawFrom } from "./draw.ts";
import { readLine, type SideLine } from "./load-patterns.ts";

export interface Killed {
  readonly kills: number;
  readonly runs: number;
  /** Steps whose completion was acknowledged to the killed processes. */
  readonly acknowledged: number;
  /** What is wrong, in words. */
  readonly faults: readonly string[];
}

/** After how many lines in the side file a process is killed at most. */
const LINES_MAX = 1_500;
const PAGE_EVENTS = 5_000;
/** A process that writes nothing for so long hangs. */
const STILL_MS_MAX = 120_000;

/** The moments are drawn from `seed`, as numbers of lines the process has written. */
export async function killAgainAndAgain(seed: number, kills: number): Promise<Killed> {
  const folder = mkdtempSync(join(tmpdir(), "reeve-kill-"));
  const file = join(folder, "log.db");
  const sideFile = join(folder, "side.jsonl");
  try {
    const draw = drawFrom(seededRandom(seed));
    for (let life = 0; life < kills; life++) {
      // Some die while they still recover, most under full load.
      const lines = draw.chance(0.2) ? draw.whole(0, 5) : draw.whole(5, LINES_MAX);
      await killAfter(lines, live(file, sideFile, life, "load"));
    }
    const last = live(file, sideFile, kills, "finish");
    const code = await exit(last);
    const left = await readLeft(file, sideFile);
    const faults = checkKilled(left);
    if (code !== 0) faults.unshift(`the last process ended with ${code}`);
    const acknowledged = left.lines.filter(
      (line) => line.said === "committed" && line.kind === "step-completed",
    );
    return { kills, runs: left.rows.length, acknowledged: acknowledged.length, faults };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function live(file: string, sideFile: string, life: number, task: "load" | "finish"): ChildProcess {
  const child = join(import.meta.dirname, "load-child.ts");
  const from = life === 0 ? 0 : lastPosition(readLines(sideFile));
  // What one life's thread wrote, the next one's own writes go on from, and the other way round.
  const writer = life % 2 === 0 ? "here" : "thread";
  const args = ["--conditions=source", child, file, sideFile, String(life), String(from), task, writer];
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
}

/** Kills once the process has written so many lines; one that ends by itself has failed. */
async function killAfter(lines: number, child: ChildProcess): Promise<void> {
  let written = 0;
  const exited = exit(child);
  if (lines === 0) child.kill("SIGKILL");
  child.stdout?.on("data", (chunk: Buffer) => {
    written += chunk.length;
    if (written >= lines) child.kill("SIGKILL");
  });
  const code = await exited;
  if (code !== null) throw new Error(`the process under load ended by itself, with ${code}`);
}

/** The exit code; null when a signal ended the process, also ours when it stood still. */
async function exit(child: ChildProcess): Promise<number | null> {
  const clock = systemClock();
  const watch = (): CancelTimer => clock.timer(STILL_MS_MAX, () => void child.kill("SIGKILL"));
  let cancel = watch();
  child.stdout?.on("data", () => {
    cancel();
    cancel = watch();
  });
  const closed: readonly unknown[] = await once(child, "close");
  cancel();
  const [code] = closed;
  return typeof code === "number" ? code : null;
}

async function readLeft(file: string, sideFile: string): Promise<Left> {
  const store = openSqliteStore(file, { durability: "fsync", access: "own" });
  try {
    const events = [];
    for (let page = store.eventsAfter(0, PAGE_EVENTS); page.length > 0;) {
      events.push(...page);
      page = store.eventsAfter(page.at(-1)?.position ?? 0, PAGE_EVENTS);
    }
    const rows = [];
    for (let key = 1; key <= store.highest().runKey; key++) rows.push(store.runByKey(key));
    return { lines: readLines(sideFile), events, rows: rows.filter((row) => row !== undefined) };
  } finally {
    store.close();
  }
}

function lastPosition(lines: readonly SideLine[]): number {
  return Math.max(0, ...lines.map((line) => (line.said === "committed" ? line.position : 0)));
}

/** The side file's whole lines; a process that is killed while writing may leave a piece of one. */
function readLines(sideFile: string): readonly SideLine[] {
  const lines: SideLine[] = [];
  for (const text of readText(sideFile).split("\n")) {
    if (text.startsWith("{") && text.endsWith("}")) lines.push(readLine(text));
  }
  return lines;
}

/** Empty when the first process was killed before it made the file. */
function readText(sideFile: string): string {
  try {
    return readFileSync(sideFile, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
