/**
 * A guest of the log under attack, in a process of its own: asks the owner, by way of the log's inbox, to start, cancel,
 * pause and signal. It alone answers and ends the runs whose ids begin with "g-", and nothing twice that was answered,
 * so that a request which is lost leaves a run that never ends. `node guest-child.ts JSON`, see GuestOptions.
 */
import { setTimeout } from "node:timers/promises";
import { createRuntime, seededRandom, sqliteEngine } from "reeve";
import { Caller } from "./caller.ts";
import { GUEST_PREFIX } from "./driver.ts";
import type { SoakFiles } from "./folder.ts";
import { APPROVAL, loadPatterns } from "./load.ts";
import { appendTo, readCalls, type CallLine } from "./side-files.ts";

export interface GuestOptions {
  readonly files: SoakFiles;
  readonly life: number;
  readonly seed: number;
  /** Epoch milliseconds from which on it starts and pauses nothing. */
  readonly until: number;
}

const LOOK_MS = 150;
const PATTERNS = ["chain", "waiting", "held"] as const;
const PAGE_RUNS = 500;

const { files, life, seed, until } = JSON.parse(process.argv[2] ?? "{}") as GuestOptions;
const random = seededRandom(seed - life);
const answered = new Set(
  readCalls(files.calls)
    .filter((line) => line.said === "acknowledged" && line.by === "guest")
    .map((line) => `${line.call} ${line.run}`),
);
const caller = new Caller(appendTo<CallLine>(files.calls), "guest");
const runtime = await createRuntime({
  patterns: loadPatterns({ say: () => {}, effectMsMax: 0 }),
  engine: sqliteEngine(files.log, { access: "guest" }),
  report: ({ what, error }) => caller.report(what, error),
});
const ending = new AbortController();
process.once("SIGTERM", () => ending.abort());

for (let round = 0; !ending.signal.aborted; round++) {
  if (Date.now() < until) start(round);
  await answerAll();
  await setTimeout(LOOK_MS);
}
await runtime.close();

/** Does not wait for the owner, who may be dead just now. */
function start(round: number): void {
  const pattern = PATTERNS[round % PATTERNS.length] ?? "chain";
  const run = `${GUEST_PREFIX}guest-${life}-${round}`;
  void caller.call("start", run, () => runtime.start(pattern, round, { id: run }), { pattern, input: round });
}

async function answerAll(): Promise<void> {
  try {
    const { runs } = await runtime.runs({ states: ["waiting"], limit: PAGE_RUNS });
    for (const { id, pattern } of runs)
      if (id.startsWith(GUEST_PREFIX) && pattern !== "chain") await answer(id, pattern);
  } catch (error) {
    caller.report("looking for waiting runs", error);
  }
}

async function answer(id: string, pattern: string): Promise<void> {
  const handle = runtime.run(id);
  const what = pattern === "held" || random.next() < 0.2 ? "cancel" : "signal";
  if (answered.has(`signal ${id}`) || answered.has(`cancel ${id}`)) return;
  if (Date.now() < until && random.next() < 0.1) {
    await caller.call("pause", id, () => handle.pause("soak"));
    await caller.call("resume", id, () => handle.resume());
  }
  const make = (): Promise<void> =>
    what === "cancel" ? handle.cancel("soak") : handle.signal(APPROVAL, id, { key: id });
  if (await caller.call(what, id, make, what === "signal" ? { key: id } : {})) answered.add(`${what} ${id}`);
}
