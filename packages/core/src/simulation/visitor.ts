/**
 * The world outside a simulated process: answers approvals and cancels, and says it again where the process was
 * dropped before it acknowledged. When it acts depends on the log and the program only.
 */
import { inspect } from "node:util";
import type { ManualClock } from "../clock.ts";
import type { Event } from "../delegation/event.ts";
import { join, type Path } from "../delegation/path.ts";
import { ReeveError } from "../errors.ts";
import { approvals } from "../patterns/tree.ts";
import type { RunHandle } from "../run-handle.ts";
import type { Runtime } from "../runtime.ts";
import { mix } from "./draw.ts";
import type { Program } from "./draw-program.ts";

interface Plan {
  readonly dueAt: number;
  readonly run: string;
  readonly act: (run: RunHandle) => Promise<void>;
  state: "open" | "sent" | "acknowledged";
}

/** The id of the run that the visitor has started. */
export const RUN_ID = "simulated";
const LATE_MS = 120;

export class Visitor {
  readonly #program: Program;
  readonly #placeOf: (run: string) => Path;
  readonly #report: (problem: string) => void;
  readonly #plans = new Map<string, Plan>();
  #clock: ManualClock;
  #events = 0;
  #life = 0;

  /** @param placeOf where in the program a run stands */
  constructor(
    program: Program,
    clock: ManualClock,
    placeOf: (run: string) => Path,
    report: (problem: string) => void,
  ) {
    this.#program = program;
    this.#report = report;
    this.#clock = clock;
    this.#placeOf = placeOf;
    for (const { template } of approvals(program.pattern)) {
      if (!template.includes("[*]") && mannerOf(program, template) === "early") {
        this.#answer(RUN_ID, template, template, 0);
      }
    }
  }

  /** Reads what came to the log. */
  saw(events: readonly Event[]): void {
    const { cancelAfterEvents } = this.#program;
    for (const event of events) {
      this.#events++;
      if (event.kind === "wait-started" && event.until === "signal") this.#waits(event.run, event.path);
    }
    if (cancelAfterEvents !== undefined && this.#events >= cancelAfterEvents) {
      this.#plan("cancel", RUN_ID, 0, (run) => run.cancel("the visitor wants it"));
    }
  }

  /** The process was dropped; what it did not acknowledge must be said again. */
  crashed(clock: ManualClock): void {
    this.#clock = clock;
    this.#life++;
    for (const plan of this.#plans.values()) if (plan.state === "sent") plan.state = "open";
  }

  /** Does what is due. */
  act(runtime: Runtime): void {
    for (const plan of this.#plans.values()) {
      if (plan.state !== "open" || plan.dueAt > this.#clock.now()) continue;
      plan.state = "sent";
      const life = this.#life;
      plan.act(runtime.run(plan.run)).then(
        () => this.#answered(plan, life, undefined),
        (refusal: unknown) => this.#answered(plan, life, refusal),
      );
    }
  }

  /** When the next act is due; undefined when none is planned. */
  nextDueAt(): number | undefined {
    const due = [...this.#plans.values()].filter((plan) => plan.state === "open").map((plan) => plan.dueAt);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  /** What a process that is gone answered reaches nobody. A run that has ended takes no signals. */
  #answered(plan: Plan, life: number, refusal: unknown): void {
    if (life !== this.#life) return;
    plan.state = "acknowledged";
    const expected = refusal === undefined || (refusal instanceof ReeveError && refusal.code === "run-ended");
    if (!expected) this.#report(`the visitor was refused: ${inspect(refusal)}`);
  }

  #waits(run: string, path: Path): void {
    const place = join(this.#placeOf(run), path);
    const manner = mannerOf(this.#program, place);
    const timed = approvalAt(this.#program, place)?.timeoutMs !== undefined;
    if (manner === "never" && timed) return;
    this.#answer(run, path, place, manner === "late" ? LATE_MS : 0);
    // Sent twice under one key, it counts once.
    if (manner === "twice") this.#answer(run, path, place, 0, "again");
  }

  #answer(run: string, path: Path, place: Path, afterMs: number, name = "answer"): void {
    this.#plan(`${name} ${place}`, run, afterMs, (handle) =>
      handle.signal(path, { approved: mix(place) }, { key: `key of ${place}` }),
    );
  }

  #plan(name: string, run: string, afterMs: number, act: Plan["act"]): void {
    if (this.#plans.has(name)) return;
    this.#plans.set(name, { run, dueAt: this.#clock.now() + afterMs, act, state: "open" });
  }
}

function mannerOf(program: Program, path: Path): "early" | "late" | "twice" | "never" | "at once" {
  const manners = ["early", "late", "twice", "never", "at once"] as const;
  return manners[mix([program.seed, path]) % manners.length] ?? "at once";
}

function approvalAt(program: Program, path: Path): { readonly timeoutMs: number | undefined } | undefined {
  const template = path.replaceAll(/\[\d+\]/g, "[*]");
  return approvals(program.shape).find((it) => it.template === template)?.node;
}
