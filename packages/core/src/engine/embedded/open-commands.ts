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

export type OpenCommand =
  | { readonly kind: "attempt"; readonly path: Path; readonly attempt: OpenAttempt }
  | { readonly kind: "child"; readonly path: Path; readonly child: OpenChild }
  | { readonly kind: "timer"; readonly path: Path; readonly dueAt: number; cancel: CancelTimer | undefined }
  | { readonly kind: "signal"; readonly path: Path }
  | { readonly kind: "record"; readonly path: Path; readonly decide: () => Recorded | Promise<Recorded> };

export class OpenCommands {
  readonly #open = new FewMap<Path, OpenCommand>();
  /** Waits given up; their completion may already be in the log. */
  #dropped: Set<Path> | undefined;
  #issued: OpenCommand[] = [];

  issue(command: OpenCommand): void {
    assert(!this.#open.has(command.path), `two commands are open at '${command.path}'`);
    this.#open.set(command.path, command);
    this.#issued.push(command);
  }

  /** Those issued since the last call, which are to take effect. */
  takeIssued(): readonly OpenCommand[] {
    const issued = this.#issued;
    if (issued.length > 0) this.#issued = [];
    return issued;
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
