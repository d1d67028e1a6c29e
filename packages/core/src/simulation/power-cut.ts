/** Cuts the power of a traced process after each of its syncs, and looks whether what it had acknowledged is there. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../engine/sqlite/open-sqlite-store.ts";
import { readLine, type SideLine } from "./load-patterns.ts";
import { Disk, traceNode, type SystemCall } from "./system-trace.ts";

export interface PowerCuts {
  /** Times the log's files were taken as a power cut would leave them. */
  readonly cuts: number;
  readonly acknowledged: number;
  /** What is wrong, in words. */
  readonly faults: readonly string[];
}

type Acknowledged = Extract<SideLine, { readonly said: "committed" | "started" }>;

const PAGE_EVENTS = 100_000;

/** Traces a process that runs each pattern once, and cuts. */
export function cutAfterEachSync(writer: "here" | "thread"): PowerCuts {
  const folder = mkdtempSync(join(tmpdir(), "reeve-cut-"));
  try {
    const child = join(import.meta.dirname, "load-child.ts");
    const file = join(folder, "log.db");
    const sideFile = join(folder, "side.jsonl");
    const calls = traceNode(["--conditions=source", child, file, sideFile, "0", "0", "few", writer], folder);
    return replay(calls, writer, file, sideFile, join(folder, "recovered"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function replay(
  calls: readonly SystemCall[],
  writer: "here" | "thread",
  file: string,
  sideFile: string,
  folder: string,
): PowerCuts {
  const disk = new Disk();
  const acknowledged: Acknowledged[] = [];
  const faults: string[] = [];
  let cuts = 0;
  let news = false;
  for (const call of calls) {
    // Until the next sync the disk does not change: everything acknowledged by now must be on it.
    if (call.call === "sync" && news) {
      faults.push(...lostIn(disk, file, join(folder, String(cuts++)), acknowledged));
      news = false;
    }
    disk.apply(call);
    const line = call.call === "write" && call.file === sideFile ? acknowledgementIn(call.bytes) : undefined;
    if (!line) continue;
    acknowledged.push(line);
    news = true;
    // A thread writes the next batch already while this one's acknowledgements are told.
    if (writer === "here" && disk.isDirty(`${file}-wal`))
      faults.push(`'${line.run}' was acknowledged while the WAL was not synced (E3)`);
  }
  faults.push(...lostIn(disk, file, join(folder, String(cuts++)), acknowledged));
  return { cuts, acknowledged: acknowledged.length, faults };
}

function acknowledgementIn(bytes: Buffer): Acknowledged | undefined {
  const text = bytes.toString("utf8");
  if (text === "\n") return undefined;
  const line = readLine(text);
  return line.said === "committed" || line.said === "started" ? line : undefined;
}

/** What was acknowledged and is not in the log that a power cut would leave. */
function lostIn(disk: Disk, file: string, folder: string, acknowledged: readonly Acknowledged[]): string[] {
  mkdirSync(folder, { recursive: true });
  const recovered = join(folder, "log.db");
  writeFileSync(recovered, disk.onDisk(file));
  writeFileSync(`${recovered}-wal`, disk.onDisk(`${file}-wal`));
  const store = openSqliteStore(recovered, { durability: "os", access: "own" });
  try {
    const positions = new Set(store.eventsAfter(0, PAGE_EVENTS).map((event) => event.position));
    return acknowledged
      .filter((line) => (line.said === "started" ? !store.runById(line.run) : !positions.has(line.position)))
      .map((line) => `after cut ${folder.slice(-3)}: '${line.run}' lost what was acknowledged (E3)`);
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
