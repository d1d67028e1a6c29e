/**
 * Runs one program to its end on the memory engine, dropping the process where it is told to, and gathers what there is
 * to judge: outcome, events, ledger, the order of commands.
 */
import { ManualClock } from "../clock.ts";
import type { Event } from "../delegation/event.ts";
import type { Outcome } from "../delegation/outcome.ts";
import { join, type Path } from "../delegation/path.ts";
import { EmbeddedEngine } from "../engine/embedded/embedded-engine.ts";
import { MEMORY_CAPABILITIES, MemoryLog, openMemoryStore } from "../engine/memory/memory-store.ts";
import { seededRandom } from "../random.ts";
import { createRuntime, type Runtime } from "../runtime.ts";
import type { RunHandle } from "../run-handle.ts";
import type { RunRow, Store } from "../engine/store.ts";
import { faultyStore } from "../testing/faulty-store.ts";
import { writingLater } from "../testing/writing-later.ts";
import type { Crash } from "./crash.ts";
import { drawProgram, type Program } from "./draw-program.ts";
import { crashPointsOf, type CrashPoint } from "./features.ts";
import { inlineEvents, inTree, placeOf } from "./inline.ts";
import { ReplayOrder, watchOrder } from "./replay-order.ts";
import { Stage, type Entry } from "./stage.ts";
import { RUN_ID, Visitor } from "./visitor.ts";

/** What happened. */
export interface Simulated {
  readonly program: Program;
  readonly outcome: Outcome;
  /** Those of all runs as if they were of one, see `inlineEvents`. */
  readonly events: readonly Event[];
  /** As they are in the log. */
  readonly stored: readonly Event[];
  readonly row: RunRow | undefined;
  readonly ledger: readonly Entry[];
  readonly order: ReplayOrder;
  /** Commits of the last life until the run had ended and all was still. */
  readonly commits: number;
  /** What each crash was at. */
  readonly crashes: readonly { readonly crash: Crash; readonly points: ReadonlySet<CrashPoint> }[];
  /** Problems reported beside the run. */
  readonly problems: readonly string[];
}

/** Turns of the event loop without any event, after which only the clock can bring one. */
const IDLE_TURNS = 6;
const TURNS_MAX = 20_000;

/** Runs the program of `seed`; each of `crashes` ends one life of the process. */
export async function simulate(seed: number, crashes: readonly Crash[]): Promise<Simulated> {
  const simulation = new Simulation(seed);
  for (const crash of crashes) {
    // A life that reaches its end before the crash is the last one.
    if (await simulation.live(crash)) break;
  }
  return simulation.finish();
}

class Simulation {
  readonly #stage: Stage;
  readonly #program: Program;
  readonly #visitor: Visitor;
  readonly #order = new ReplayOrder();
  readonly #problems: string[] = [];
  readonly #crashes: Simulated["crashes"][number][] = [];
  #outcome: Outcome | undefined;
  /** Where this life is to end. */
  #crash: Crash | undefined;
  #commits = 0;
  #crashable = 0;

  constructor(seed: number) {
    const log = new MemoryLog(seededRandom(seed));
    this.#stage = new Stage(log, new ManualClock());
    this.#program = drawProgram(seed, this.#stage);
    this.#visitor = new Visitor(
      this.#program,
      this.#stage.clock,
      (run) => this.#placeOf(run),
      (problem) => void this.#problems.push(problem),
    );
  }

  /** One life of the process; true when the run has ended and everything is still. */
  async live(crash: Crash | undefined): Promise<boolean> {
    const stage = this.#stage;
    const { life, clock } = stage;
    this.#commits = 0;
    this.#crash = crash;
    const runtime = await createRuntime({
      patterns: [this.#program.pattern, ...this.#program.children],
      engine: watchOrder(this.#engine(), this.#order),
      random: seededRandom(this.#program.seed + life),
      resources: { now: () => ({ cpu: this.#program.use(life), memory: 0 }) },
      // Where there is nothing else to try, a failure stands all the same.
      recovery: { "execution-failed": this.#program.features.has("another try") ? "alternative" : "fail" },
      graceMs: 50,
      drainMs: 0,
      report: ({ what, error }) => {
        if (life === stage.life) this.#problems.push(`${what}: ${String(error)}`);
      },
    });
    const started = this.#start(runtime, life);
    const ended = await this.#drive(runtime, clock, life, started);
    if (!ended) return false;
    // Closing commits once more, when there is nothing left to lose.
    this.#crashable = this.#commits;
    this.#crash = undefined;
    await runtime.close();
    return true;
  }

  async finish(): Promise<Simulated> {
    if (!this.#outcome) await this.live(undefined);
    const { log, ledger } = this.#stage;
    if (!this.#outcome) throw new Error("the run did not end");
    return {
      program: this.#program,
      outcome: outcomeInTree(this.#outcome),
      events: inlineEvents(Array.from(log.runs.values()), log.events),
      stored: log.events,
      row: log.runs.get(1),
      ledger: ledger.map((entry) => ({ ...entry, path: join(this.#placeOf(entry.run), inTree(entry.path)) })),
      order: this.#order,
      commits: this.#crashable,
      crashes: this.#crashes,
      problems: this.#problems,
    };
  }

  #placeOf(run: string): Path {
    return placeOf(this.#stage.log.runs.values(), run);
  }

  #engine(): EmbeddedEngine {
    const stage = this.#stage;
    // Every other program's commits take their time, as those of a thread do.
    const later = this.#program.seed % 2 === 1 ? writingLater : (store: Store) => store;
    const openStore = () => {
      const { store } = faultyStore(openMemoryStore(stage.log), {
        at: () => (this.#crash?.atCommit === this.#commits + 1 ? `crash-${this.#crash.side}` : "none"),
        stored: (batch) => {
          this.#commits++;
          this.#visitor.saw(batch.events.map(({ event }) => event));
        },
        crashed: (batch) => {
          const points = crashPointsOf(batch.events.map(({ event }) => event));
          if (this.#crash) this.#crashes.push({ crash: this.#crash, points });
          stage.crash(this.#crash?.downMs ?? 0);
          this.#visitor.crashed(stage.clock);
        },
      });
      return later(store);
    };
    return new EmbeddedEngine({ capabilities: MEMORY_CAPABILITIES, clock: stage.clock, openStore });
  }

  /** Starting again what was not acknowledged gives the same run (E4). */
  #start(runtime: Runtime, life: number): { run: RunHandle | undefined } {
    const started: { run: RunHandle | undefined } = { run: undefined };
    const { pattern, input } = this.#program;
    const toEnd = async (): Promise<void> => {
      started.run = await runtime.start(pattern, input, { id: RUN_ID });
      const outcome = await started.run.outcome();
      if (life === this.#stage.life) this.#outcome = outcome;
    };
    toEnd().catch((error: unknown) => {
      // The caller of a process that is gone is gone too.
      if (life === this.#stage.life) this.#problems.push(`starting or ending failed: ${String(error)}`);
    });
    return started;
  }

  /** Turns the event loop until nothing moves, then the clock, until the run has ended or the process is gone. */
  async #drive(
    runtime: Runtime,
    clock: ManualClock,
    life: number,
    started: { run: RunHandle | undefined },
  ): Promise<boolean> {
    const stage = this.#stage;
    let idle = 0;
    let seen = "";
    for (let turns = 0; turns < TURNS_MAX; turns++) {
      await new Promise<void>((resolve) => void setImmediate(resolve));
      if (life !== stage.life) return false;
      if (started.run) this.#visitor.act(runtime);
      const now = `${this.#commits} ${stage.ledger.length}`;
      idle = stage.busy > 0 || now !== seen ? 0 : idle + 1;
      seen = now;
      if (idle < IDLE_TURNS) continue;
      if (this.#outcome) return true;
      const due = [clock.nextDueAt(), this.#visitor.nextDueAt()].filter((at) => at !== undefined);
      if (due.length === 0) throw new Error(["the run waits for nothing", ...this.#problems].join("; "));
      clock.advance(Math.max(0, Math.min(...due) - clock.now()));
      idle = 0;
    }
    throw new Error(`the run did not end within ${TURNS_MAX} turns`);
  }
}

/** The outcome with its paths as they are in the tree. */
function outcomeInTree(outcome: Outcome): Outcome {
  if (outcome.status === "completed") return outcome;
  const { undone, notUndone, unsure, kept } = outcome;
  const lists = { undone, notUndone, unsure, kept };
  return {
    ...outcome,
    ...Object.fromEntries(Object.entries(lists).map(([list, paths]) => [list, paths.map(inTree)])),
  };
}
