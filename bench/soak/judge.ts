/**
 * Holds what a soak left in the log against what its processes did and were told. Pure: it is fed lines and runs, first
 * all of the ledger and of the calls, then every run that is left; `faults` says in words what is wrong.
 */
import { isDeepStrictEqual } from "node:util";
import type { LeftRun } from "./left-run.ts";
import { expectedEnds, expectedOutput } from "./load.ts";
import type { CallLine, LedgerLine } from "./side-files.ts";

/** What is known of one run from outside the log. */
interface Known {
  readonly steps: Map<string, { key: string; began: number; isDone: boolean; isTold: boolean }>;
  readonly outcomes: Set<string>;
  readonly signals: Map<string, number>;
  isStarted: boolean;
  isEndTold: boolean;
  isCancelAsked: boolean;
  /** When the owner answered a cancel first. */
  cancelledAt: number | undefined;
}

export interface Counts {
  starts: number;
  /** Of the starts, those that retried or forked another run. */
  forks: number;
  executions: number;
  completions: number;
  outcomes: number;
  cancels: number;
  signals: number;
  pauses: number;
  guestCalls: number;
  refusals: number;
  runs: number;
}

/** What a call may be refused with: the process ended, the run did, or the disk was full. */
const HARMLESS = new Set(["runtime-closed", "storage-unavailable", "run-ended"]);
const HARMLESS_REPORTS =
  /^(writing to the log fails|(looking for waiting runs|trimming old runs failed|reading the inbox).* (disk is full|disk I\/O error)$)/;
/** So many faults are kept in words. */
const FAULTS_MAX = 200;

export class Judge {
  readonly counts: Counts = {
    starts: 0,
    forks: 0,
    executions: 0,
    completions: 0,
    outcomes: 0,
    cancels: 0,
    signals: 0,
    pauses: 0,
    guestCalls: 0,
    refusals: 0,
    runs: 0,
  };
  readonly refusals = new Map<string, number>();
  readonly #faults: string[] = [];
  #faultCount = 0;
  readonly #known = new Map<string, Known>();
  /** The outcomes of runs that were judged. */
  readonly #judged = new Map<string, string>();

  /** In the order in which the lines were written. */
  readLedger(line: LedgerLine): void {
    const known = this.#knownOf(line.run);
    if (line.said === "told" && line.kind === "run-ended") {
      known.isEndTold = true;
      return;
    }
    const step = known.steps.get(line.path) ?? { key: "", began: 0, isDone: false, isTold: false };
    known.steps.set(line.path, step);
    if (line.said === "told") {
      step.isTold = true;
      this.counts.completions++;
      return;
    }
    const name = `'${line.path}' of '${line.run}'`;
    if (step.isTold) this.#fault(`${name} ${line.said} after its completion was acknowledged (E1)`);
    if (step.key !== "" && step.key !== line.key) this.#fault(`${name} had two idempotency keys (E2)`);
    step.key = line.key;
    if (line.said === "done") {
      step.isDone = true;
      return;
    }
    step.began++;
    this.counts.executions++;
    if (line.path === "once" && step.began > 1) this.#fault(`${name} is not idempotent and ran again (E7b)`);
  }

  readCall({ said, call, run, by, at, key, outcome, code }: CallLine): void {
    const { counts } = this;
    if (said === "refused") {
      this.#readRefusal(call, run, code ?? "");
      return;
    }
    const known = this.#knownOf(run);
    if (call === "cancel") known.isCancelAsked = true;
    if (said === "asked") return;
    if (by === "guest") counts.guestCalls++;
    if (call === "start") {
      known.isStarted = true;
      counts.starts++;
      if (run.includes("/")) counts.forks++;
    } else if (call === "outcome") {
      known.outcomes.add(outcome ?? "");
      counts.outcomes++;
    } else if (call === "cancel") {
      counts.cancels++;
      if (by === "owner") known.cancelledAt ??= at;
    } else if (call === "signal") {
      counts.signals++;
      known.signals.set(key ?? "", known.signals.get(key ?? "") ?? at);
    } else if (call === "pause") counts.pauses++;
  }

  /** Each run that is left, once the lines are read. A run may be in the archive twice, if it is the same run. */
  judgeRun(run: LeftRun): void {
    const text = JSON.stringify([run.outcome, run.events.length, run.endedAt]);
    const before = this.#judged.get(run.id);
    if (before !== undefined) {
      if (before !== text) this.#fault(`there are two runs '${run.id}' (E4)`);
      return;
    }
    this.#judged.set(run.id, text);
    this.counts.runs++;
    const known = this.#knownOf(run.id);
    this.#judgeEvents(run);
    this.#judgeSteps(run, known);
    this.#judgeEnd(run, known);
    this.#judgeSignals(run, known);
    // What is left then is of runs that are gone.
    this.#known.delete(run.id);
  }

  /** Once every run was judged: what is wrong, in words; the last line says how much more there is. */
  faults(): readonly string[] {
    for (const [run, known] of this.#known) {
      if (known.isStarted)
        this.#fault(`the start of '${run}' was acknowledged, and there is no such run (E3)`);
      else if (known.outcomes.size > 0 || known.isEndTold)
        this.#fault(`'${run}' ended before somebody's eyes, and there is no such run (E5)`);
      else if (known.steps.values().some((step) => step.isTold))
        this.#fault(`a step of '${run}' was acknowledged, and there is no such run (E3)`);
    }
    this.#known.clear();
    const more = this.#faultCount - this.#faults.length;
    return more > 0 ? [...this.#faults, `… and ${more} more`] : this.#faults;
  }

  #judgeEvents({ id, events }: LeftRun): void {
    const ends = events.filter((event) => event.kind === "run-ended").length;
    if (ends !== 1) this.#fault(`'${id}' ended ${ends} times (E5)`);
    if (events.some((event, index) => event.seq !== index + 1)) this.#fault(`'${id}' has a gap`);
  }

  #judgeSteps({ id, events }: LeftRun, { steps }: Known): void {
    const completed = new Set<string>();
    for (const event of events) {
      if (event.kind !== "step-completed") continue;
      if (completed.has(event.path)) this.#fault(`'${event.path}' of '${id}' completed twice (E1)`);
      completed.add(event.path);
      if (!event.copied && !steps.get(event.path)?.isDone)
        this.#fault(`'${event.path}' of '${id}' completed without having had its effect`);
    }
    for (const [path, { isTold }] of steps) {
      if (isTold && !completed.has(path))
        this.#fault(`the completion of '${path}' of '${id}' was acknowledged and is gone (E3)`);
    }
  }

  #judgeEnd(run: LeftRun, { outcomes, isCancelAsked, cancelledAt }: Known): void {
    const { id, pattern, status, outcome, output, input, endedAt, parent, events } = run;
    if (status === undefined) {
      this.#fault(`'${id}' of '${pattern}' has not ended`);
      return;
    }
    for (const told of outcomes)
      if (told !== outcome) this.#fault(`'${id}' was told to be ${told}, and is ${outcome} (E5)`);
    const isCancelled = events.some((event) => event.kind === "cancel-requested");
    const ends = expectedEnds(pattern);
    if (status === "cancelled") {
      if (!isCancelAsked && parent === undefined)
        this.#fault(`'${id}' is cancelled, and nobody asked for it`);
    } else if (!ends.includes(status)) this.#fault(`'${id}' of '${pattern}' is ${outcome}`);
    if (status === "completed" && !isDeepStrictEqual(output, expectedOutput(pattern, Number(input))))
      this.#fault(`'${id}' of '${pattern}' made ${JSON.stringify(output)} of ${JSON.stringify(input)}`);
    if (isCancelled && status === "completed") this.#fault(`'${id}' was cancelled and is completed (E6)`);
    if (cancelledAt !== undefined && !isCancelled && (endedAt ?? Infinity) > cancelledAt)
      this.#fault(`the cancel of '${id}' was acknowledged and is gone (E6)`);
  }

  #judgeSignals({ id, status, endedAt, events }: LeftRun, { signals }: Known): void {
    const sent = events.filter((event) => event.kind === "signal-sent");
    const received = events.filter((event) => event.kind === "signal-received" && !event.copied);
    if (new Set(sent.map((event) => event.key)).size < sent.length)
      this.#fault(`'${id}' was sent one signal twice (E8)`);
    if (received.length > 1) this.#fault(`'${id}' received ${received.length} signals (E8)`);
    for (const [key, at] of signals) {
      if (!sent.some((event) => event.key === key) && (endedAt ?? Infinity) > at)
        this.#fault(`the signal '${key}' of '${id}' was acknowledged and is gone (E8)`);
      if (status === "completed" && received.length === 0)
        this.#fault(`'${id}' completed without having received '${key}' (E8)`);
    }
  }

  #readRefusal(call: string, run: string, code: string): void {
    this.counts.refusals++;
    const name = call === "report" ? code : `${call}: ${code}`;
    this.refusals.set(name, (this.refusals.get(name) ?? 0) + 1);
    const isHarmless = call === "report" ? HARMLESS_REPORTS.test(code) : HARMLESS.has(code);
    if (!isHarmless) this.#fault(call === "report" ? `report: ${code}` : `${call} '${run}': ${code}`);
  }

  #knownOf(run: string): Known {
    let known = this.#known.get(run);
    if (!known) {
      known = {
        steps: new Map(),
        outcomes: new Set(),
        signals: new Map(),
        isStarted: false,
        isEndTold: false,
        isCancelAsked: false,
        cancelledAt: undefined,
      };
      this.#known.set(run, known);
    }
    return known;
  }

  #fault(text: string): void {
    this.#faultCount++;
    if (this.#faults.length < FAULTS_MAX) this.#faults.push(text);
  }
}
