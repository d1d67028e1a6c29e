/**
 * One attempt between its command and its completion: waiting for a slot, announced, running, ended. It is itself what
 * the running attempt is lent (scope, stop signal, sub-steps), so that an attempt costs one object.
 *
 * Invariants: (A1) it begins at most once, after its attempt-started is committed; (A2) it completes exactly once,
 * unless its run is detached; (A3) a slot that was entered is left once.
 */
import type { CancelTimer } from "../../clock.ts";
import { toStepError } from "../../delegation/failure.ts";
import type { Event, Fact, LogLevel } from "../../delegation/event.ts";
import type { StepError } from "../../delegation/outcome.ts";
import type { Path } from "../../delegation/path.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import type {
  AttemptCommand,
  AttemptResult,
  AttemptScope,
  Encoded,
  StopSignal,
  SubstepStore,
} from "../engine.ts";
import type { LogRoom } from "./log-room.ts";
import { whyLocked } from "./run-secrets.ts";

/** Said in place of what follows. */
const DROPPED = "(further lines of this run are dropped)";

const PROGRESS_INTERVAL_MS = 250;

/** What an attempt needs of its run. */
export interface AttemptHost {
  readonly detached: boolean;
  /** False once the run was trimmed. */
  readonly isInLog: boolean;
  readonly draining: boolean;
  append(fact: Fact): Event;
  /** Appends the attempt's completion and hands it to the walk. */
  attemptEnded(path: Path, fact: Fact): void;
  attemptAnnounced(path: Path): void;
  attemptSettled(): void;
  store(value: Encoded | undefined): PayloadId | undefined;
  valueOf(id: PayloadId | undefined): unknown;
  afterCommit(acknowledge: () => void): void;
  substeps(path: Path): Map<string, PayloadId | undefined>;
  /** The step has completed; its sub-steps are not needed any more. */
  endSubsteps(path: Path): void;
  /** Room for a line in the run's log. */
  takeLogLine(message: string): LogRoom;
  /** Milliseconds, for intervals. */
  now(): number;
}

export class OpenAttempt implements AttemptScope, StopSignal, SubstepStore {
  readonly #host: AttemptHost;
  readonly #command: AttemptCommand;
  #phase: "issued" | "queued" | "announced" | "running" | "ended" = "issued";
  #abortReason: string | undefined;
  #onAbort: (() => void) | undefined;
  #leaveQueue: CancelTimer | undefined;
  #progressAt = -PROGRESS_INTERVAL_MS;
  /** What was told since, and too soon to be written. */
  #progressHeld: { readonly fraction: number; readonly note: string | undefined } | undefined;

  constructor(host: AttemptHost, command: AttemptCommand) {
    this.#host = host;
    this.#command = command;
  }

  get path(): Path {
    return this.#command.path;
  }

  get agent(): string {
    return this.#command.agent;
  }

  /** Whether it is to be held back until its gate is no longer shut. */
  get isShutOut(): boolean {
    return this.#command.gate?.isShut === true;
  }

  /** Takes a slot and says so in the log; the attempt begins when that is on disk. */
  announce(): void {
    const { gate } = this.#command;
    if (this.#abortReason !== undefined) this.#endUnbegun();
    // Left to the next start.
    else if (this.#host.draining) return;
    else if (!gate || gate.tryEnter()) this.#announced();
    else {
      this.#phase = "queued";
      this.#leaveQueue = gate.queue(() => this.#announced());
    }
  }

  /** The process ended while an earlier try at this attempt ran. */
  lose(): void {
    this.#phase = "ended";
    const { path, attempt, agent } = this.#command;
    this.#host.attemptAnnounced(this.path);
    this.#host.attemptEnded(path, { kind: "attempt-lost", path, attempt, agent });
    this.#host.attemptSettled();
  }

  abort(reason: string): void {
    if (this.#phase === "announced" && this.#host.detached) {
      // Its commit may never come; to the log it has not begun, or is lost.
      this.#phase = "ended";
      this.#command.gate?.leave();
      this.#host.attemptSettled();
      return;
    }
    if (this.#abortReason !== undefined) return;
    this.#abortReason = reason;
    this.#onAbort?.();
    if (this.#phase === "queued") {
      this.#leaveQueue?.();
      if (!this.#host.detached) this.#endUnbegun();
    }
  }

  #announced(): void {
    const { path, attempt, recovery, agent } = this.#command;
    if (this.#host.detached || this.#host.draining) {
      this.#command.gate?.leave();
      return;
    }
    this.#phase = "announced";
    this.#host.attemptAnnounced(this.path);
    this.#host.append({ kind: "attempt-started", path, attempt, recovery, agent });
    this.#host.afterCommit(() => this.#begin());
  }

  #begin(): void {
    if (this.#phase === "ended") return;
    if (this.#abortReason !== undefined) {
      this.#command.gate?.leave();
      this.#endUnbegun();
      return;
    }
    this.#phase = "running";
    void this.#command.begin(this).then((result) => this.#ended(result));
  }

  #ended(result: AttemptResult): void {
    if (!result.ok && this.#progressHeld) this.#tell(this.#progressHeld.fraction, this.#progressHeld.note);
    this.#phase = "ended";
    this.#command.gate?.leave();
    if (!this.#host.detached) this.#host.attemptEnded(this.path, this.#completion(result));
    this.#host.attemptSettled();
    if (!result.ok && result.late) void result.late.then((ok) => this.#endedLate(ok));
  }

  #completion(result: AttemptResult): Fact {
    const { path, attempt, agent } = this.#command;
    const { durationMs, usage, principal } = result;
    let stored: PayloadId | undefined;
    let contextAfter: PayloadId | undefined;
    const locked = whyLocked(() => {
      stored = this.#host.store(result.ok ? result.output : result.refused);
      if (result.ok) contextAfter = this.#host.store(result.context?.value);
    });
    // Most steps have nothing to add, and each empty spread takes 50 ns.
    const isPlain = usage === undefined && principal === undefined;
    const known = isPlain
      ? undefined
      : { ...(usage && { usage }), ...(principal !== undefined && { principal }) };
    if (locked) {
      const error = toStepError(locked, { path, attempt, agent });
      return { kind: "attempt-failed", path, attempt, agent, error, durationMs, unsure: true, ...known };
    }
    if (result.ok) {
      this.#host.endSubsteps(path);
      const { score, context } = result;
      const fact = { kind: "step-completed", path, attempt, agent, output: stored, durationMs } as const;
      if (isPlain && score === undefined && !context) return fact;
      if (context) this.#host.append(context.fact);
      return {
        ...fact,
        ...known,
        ...(score !== undefined && { score }),
        ...(contextAfter !== undefined && { contextAfter }),
      };
    }
    return {
      kind: "attempt-failed",
      path,
      attempt,
      agent,
      error: result.error,
      durationMs,
      unsure: result.unsure,
      ...(result.retryInMs === undefined ? {} : { retryInMs: result.retryInMs }),
      ...(stored === undefined ? {} : { refused: stored }),
      ...(result.agentFault && { agentFault: true as const }),
      ...known,
    };
  }

  /** Stopped before it began: nothing can have happened. */
  #endUnbegun(): void {
    const announced = this.#phase === "announced";
    this.#phase = "ended";
    const { path, attempt, agent } = this.#command;
    const error: StepError = {
      name: "ReeveError",
      code: "attempt-cancelled",
      message: `the attempt was stopped before it began: ${this.#abortReason ?? ""}`,
      path,
      attempt,
      agent,
    };
    if (!announced) this.#host.attemptAnnounced(this.path);
    this.#host.attemptEnded(path, {
      kind: "attempt-failed",
      path,
      attempt,
      agent,
      error,
      durationMs: 0,
      unsure: false,
    });
    this.#host.attemptSettled();
  }

  #endedLate(ok: boolean): void {
    const { path, attempt } = this.#command;
    if (this.#host.detached || !this.#host.isInLog) return;
    this.#host.append({ kind: "attempt-ended-late", path, attempt, ok });
  }

  get stop(): StopSignal {
    return this;
  }

  get aborted(): boolean {
    return this.#abortReason !== undefined;
  }

  get reason(): unknown {
    return new AttemptAborted(this.#abortReason ?? "");
  }

  addEventListener(_type: "abort", listener: () => void): void {
    this.#onAbort = listener;
  }

  removeEventListener(): void {
    this.#onAbort = undefined;
  }

  get substeps(): SubstepStore {
    return this;
  }

  get(name: string): ReturnType<SubstepStore["get"]> {
    const substeps = this.#host.substeps(this.path);
    if (!substeps.has(name)) return { found: false };
    return { found: true, output: this.#host.valueOf(substeps.get(name)) };
  }

  put(name: string, value: Encoded | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#host.detached || this.#phase !== "running") {
        reject(new AttemptAborted(this.#abortReason ?? "the attempt has ended"));
        return;
      }
      const { path } = this.#command;
      const output = this.#host.store(value);
      this.#host.substeps(path).set(name, output);
      this.#host.append({ kind: "substep-completed", path, name, output });
      this.#host.afterCommit(resolve);
    });
  }

  progress(fraction: number, note: string | undefined): void {
    const now = this.#host.now();
    const due = fraction >= 1 || now - this.#progressAt >= PROGRESS_INTERVAL_MS;
    this.#progressHeld = due ? undefined : { fraction, note };
    if (!due) return;
    this.#progressAt = now;
    this.#tell(fraction, note);
  }

  #tell(fraction: number, note: string | undefined): void {
    if (this.#phase !== "running" || this.#host.detached) return;
    const { path, attempt } = this.#command;
    const bounded = Math.min(1, Math.max(0, Number.isFinite(fraction) ? fraction : 0));
    const noted = note === undefined ? {} : { note };
    this.#host.append({ kind: "step-progressed", path, attempt, fraction: bounded, ...noted });
  }

  log(level: LogLevel, message: string): void {
    if (this.#phase !== "running" || this.#host.detached) return;
    const room = this.#host.takeLogLine(message);
    if (room === "none") return;
    const { path, attempt } = this.#command;
    const said = room === "enough" ? message : `${room === "last" ? message : ""} ${DROPPED}`.trimStart();
    this.#host.append({ kind: "step-logged", path, attempt, level, message: said });
  }
}

/** The reason of an aborted attempt's signal. */
class AttemptAborted extends Error {
  override readonly name: string = "AbortError";
}
