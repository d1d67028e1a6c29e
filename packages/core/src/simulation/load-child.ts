/**
 * A process under load:
 * `node -C source load-child.ts <log> <side file> <life> <from position> <load|few|finish> <here|thread>`
 * resumes what is unfinished, and writes its log by itself or in a thread. Under "load" it keeps 64 runs going until it is killed; under "few" it starts one run of
 * each pattern; under "few" and "finish" it exits once every run has ended. What it is told of as committed it writes to
 * the side file, in one order with what its agents execute; for each such line it writes a character to standard output.
 */
import { openSync, writeSync } from "node:fs";
import { systemClock } from "../clock.ts";
import { EmbeddedEngine } from "../engine/embedded/embedded-engine.ts";
import { openSqliteStore } from "../engine/sqlite/open-sqlite-store.ts";
import { createRuntime } from "../runtime.ts";
import { APPROVAL, loadPatterns, writeLine, type SideLine } from "./load-patterns.ts";

const RUNS_AT_ONCE = 64;
const PAGE_RUNS = 500;
/** A kill may hit the same step many times; that is E7b's affair and not tested here. */
const RECOVERIES_MAX = 1_000;

const [file = "", sideFile = "", lifeText, from, task, writerText] = process.argv.slice(2);
const writer = writerText === "thread" ? "thread" : "here";
const life = Number(lifeText);
const side = openSync(sideFile, "a");
// The process before may have been killed in the middle of a line.
writeSync(side, "\n");
let started = 0;
const patterns = loadPatterns(side, life);
const runtime = await createRuntime({
  patterns,
  engine: new EmbeddedEngine({
    file,
    capabilities: { survivesCrash: true, file: true, globalOrder: true },
    clock: systemClock(),
    openStore: () => openSqliteStore(file, { durability: "fsync", access: "own", writer }),
  }),
  recoveriesMax: RECOVERIES_MAX,
});
const unfinished = await unfinishedRuns();
/** The runs whose end this process waits for. */
const awaited = new Set(unfinished);
if (task === "few") for (const number of patterns.keys()) awaited.add(nameOf(number));
const following = awaited.size > 0 || task === "load" ? follow(Number(from)) : undefined;
for (const run of unfinished) void approve(run);
const missing = task === "load" ? RUNS_AT_ONCE - unfinished.length : task === "few" ? patterns.length : 0;
for (let count = 0; count < missing; count++) await start();
await following;
await runtime.close();

async function unfinishedRuns(): Promise<readonly string[]> {
  const found: string[] = [];
  for (let after: string | undefined; ;) {
    const page = await runtime.runs({
      states: ["queued", "running", "waiting", "paused", "undoing"],
      limit: PAGE_RUNS,
      ...(after === undefined ? {} : { after }),
    });
    found.push(...page.runs.map((run) => run.id));
    after = page.next;
    if (after === undefined) return found;
  }
}

async function follow(position: number): Promise<void> {
  for await (const event of runtime.events({ from: position })) {
    const { run, seq, kind, path, position: at } = event;
    say({ life, said: "committed", run, seq, position: at, kind, path });
    if (kind !== "run-ended") continue;
    awaited.delete(run);
    if (task === "load") void start();
    else if (awaited.size === 0) return;
  }
}

async function start(): Promise<void> {
  const number = started++;
  const pattern = patterns[number % patterns.length] ?? patterns[0];
  const run = nameOf(number);
  await runtime.start(pattern, number, { id: run });
  say({ life, said: "started", run });
  await approve(run);
}

function nameOf(number: number): string {
  return `run-${life}-${number}`;
}

/** Sent under one key, so that saying it again after a kill changes nothing (E8). */
async function approve(run: string): Promise<void> {
  const handle = runtime.run(run);
  const { pattern } = await handle.record();
  if (pattern === "waiting") await handle.signal(APPROVAL, { approved: true }, { key: "the only one" });
}

function say(line: SideLine): void {
  writeLine(side, line);
  // Not `writeSync`: where the reader is slow, a pipe that does not block refuses it (EAGAIN).
  process.stdout.write(".");
}
