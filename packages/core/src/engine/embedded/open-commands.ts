/**
 * The commands a walk has open, by path. A command is issued, takes effect once the run is live, and is open until it
 * completes or is dropped.
 */
import assert from "node:assert/strict";
import type { CancelTimer } from "../../clock.ts";
import type { Path } from "../../delegation/path.ts";
import { FewMap } from "../../few-map.ts";
import type { Completion, Recorded } from "../engine.ts";
import type { OpenKind } from "./divergence.ts";
import type { OpenAttempt } from "./open-attempt.ts";
import type { OpenChild } from "./open-child.ts";

export type OpenCommand = IssuedAttempt | IssuedChild | IssuedTimer | IssuedSignal | IssuedRecord;

// Classes, as is all that leads to a run's memory (docs/algorithms/memory-of-a-run.md).
class IssuedAttempt {
  readonly kind: "attempt" = "attempt" as const;
  readonly path: Path;
  readonly attempt: OpenAttempt;

  constructor(path: Path, attempt: OpenAttempt) {
    this.path = path;
    this.attempt = attempt;
  }
}

class IssuedChild {
  readonly kind: "child" = "child" as const;
  readonly path: Path;
  readonly child: OpenChild;

  constructor(path: Path, child: OpenChild) {
    this.path = path;
    this.child = child;
  }
}

class IssuedTimer {
  readonly kind: "timer" = "timer" as const;
  readonly path: Path;
  readonly dueAt: number;
  cancel: CancelTimer | undefined;

  constructor(path: Path, dueAt: number) {
    this.path = path;
    this.dueAt = dueAt;
  }
}

class IssuedSignal {
  readonly kind: "signal" = "signal" as const;
  readonly path: Path;

  constructor(path: Path) {
    this.path = path;
  }
}

class IssuedRecord {
  readonly kind: "record" = "record" as const;
  readonly path: Path;
  readonly decide: () => Recorded | Promise<Recorded>;

  constructor(path: Path, decide: () => Recorded | Promise<Recorded>) {
    this.path = path;
    this.decide = decide;
  }
}

export class OpenCommands {
  readonly #open = new FewMap<Path, OpenCommand>();
  /** Waits given up; their completion may already be in the log. */
  #dropped: Set<Path> | undefined;
  #issued: OpenCommand[] = [];

  issueAttempt(path: Path, attempt: OpenAttempt): void {
    this.#issue(new IssuedAttempt(path, attempt));
  }

  issueChild(path: Path, child: OpenChild): void {
    this.#issue(new IssuedChild(path, child));
  }

  issueTimer(path: Path, dueAt: number): void {
    this.#issue(new IssuedTimer(path, dueAt));
  }

  issueSignal(path: Path): void {
    this.#issue(new IssuedSignal(path));
  }

  issueRecord(path: Path, decide: IssuedRecord["decide"]): void {
    this.#issue(new IssuedRecord(path, decide));
  }

  #issue(command: OpenCommand): void {
    assert(!this.#open.has(command.path), `two commands are open at '${command.path}'`);
    this.#open.set(command.path, command);
    this.#issued.push(command);
  }

  /** Calls `take` with those issued since the last time, which are to take effect. */
  takeIssued(take: (command: OpenCommand) => void): void {
    const issued = this.#issued;
    if (issued.length === 0) return;
    this.#issued = [];
    for (const command of issued) take(command);
    issued.length = 0;
  }

  /** The oldest one that was told to stop before it took effect. */
  stoppedBeforeEffect(): OpenCommand | undefined {
    return this.#issued.find((command) => {
      if (!this.isOpen(command)) return false;
      return (
        (command.kind === "attempt" && command.attempt.aborted) ||
        (command.kind === "child" && command.child.isCancelled)
      );
    });
  }

  at(path: Path): OpenCommand | undefined {
    return this.#open.get(path);
  }

  /** The one at `path` that has taken effect and has not completed. */
  effectiveAt(path: Path): OpenCommand | undefined {
    const command = this.#open.get(path);
    return command && !this.#issued.includes(command) ? command : undefined;
  }

  /** False when it was replaced, dropped or completed. */
  isOpen(command: OpenCommand): boolean {
    return this.#open.get(command.path) === command;
  }

  close(completion: Completion): void {
    if (completion.kind !== "cancel-requested") this.#open.delete(completion.path);
  }

  drop(path: Path): void {
    const command = this.#open.get(path);
    if (command?.kind === "timer") command.cancel?.();
    this.#open.delete(path);
    (this.#dropped ??= new Set()).add(path);
  }

  dropAll(): void {
    for (const path of this.#open.keys()) this.drop(path);
  }

  /** Stops what runs, without a word to the log. */
  detach(reason: string): void {
    for (const command of this.#open.values()) {
      if (command.kind === "timer") command.cancel?.();
      if (command.kind === "attempt") command.attempt.abort(reason);
    }
  }

  /** What the walk has open at `path`; "dropped" where it gave a wait up. */
  openAt(path: Path): OpenKind | undefined {
    return this.#open.get(path)?.kind ?? (this.#dropped?.has(path) ? "dropped" : undefined);
  }

  /** When the earliest open timer is due. */
  get wakesAt(): number | undefined {
    let earliest: number | undefined;
    for (const command of this.#open.values()) {
      if (command.kind === "timer") earliest = Math.min(earliest ?? command.dueAt, command.dueAt);
    }
    return earliest;
  }

  /** Whether something is awaited that would be lost with the memory. */
  isBusy(isHeldBack: (attempt: OpenAttempt) => boolean): boolean {
    for (const command of this.#open.values()) {
      if (command.kind === "record") return true;
      if (command.kind === "attempt" && !isHeldBack(command.attempt)) return true;
    }
    return false;
  }
}
