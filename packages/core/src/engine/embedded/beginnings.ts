/**
 * When attempts and children of a run begin. They don't while the run, its pattern or their agent is paused, nor while
 * the gate of an attempt is shut; what was held back begins when it is looked at again. What is undone, and what was told to stop, is never held back.
 */
import { isUndo } from "../../delegation/path.ts";
import type { Committer } from "./committer.ts";
import type { OpenAttempt } from "./open-attempt.ts";
import type { OpenCommand, OpenCommands } from "./open-commands.ts";
import type { RunMemory } from "./replay.ts";

type ChildCommand = Extract<OpenCommand, { readonly kind: "child" }>;
type AttemptCommand = Extract<OpenCommand, { readonly kind: "attempt" }>;

/** What decides about the beginnings in a run. */
export interface BeginningsHost<Task> {
  readonly committer: Committer;
  /** Whether attempts of this agent are to wait, whichever run they belong to. */
  holdsBack(task: Task, agent: string): boolean;
  /** The run works: it takes up its places even if there is no room. */
  works(task: Task): void;
  /** Calls `go` when the run, which waited, has its places again. */
  whenAdmitted(task: Task, go: () => void): void;
}

export class Beginnings<Task extends { readonly detached: boolean }> {
  readonly #host: BeginningsHost<Task>;
  readonly #task: Task;
  readonly #memory: RunMemory;
  readonly #open: OpenCommands;
  /** Held back, as are these children; few runs ever have any. */
  #attempts: Set<OpenAttempt> | undefined;
  #children: Set<ChildCommand> | undefined;

  constructor(host: BeginningsHost<Task>, task: Task, memory: RunMemory, open: OpenCommands) {
    this.#host = host;
    this.#task = task;
    this.#memory = memory;
    this.#open = open;
  }

  get heldBackAgents(): readonly string[] {
    const agents = new Set(Array.from(this.#attempts ?? [], ({ agent }) => agent));
    return this.#children?.size ? [...agents, ""] : [...agents];
  }

  holdsBack(attempt: OpenAttempt): boolean {
    return this.#attempts?.has(attempt) === true;
  }

  beginAttempt(attempt: OpenAttempt): void {
    const isPaused =
      this.#memory.paused || attempt.isShutOut || this.#host.holdsBack(this.#task, attempt.agent);
    if (isPaused && !isUndo(attempt.path) && !attempt.aborted) {
      (this.#attempts ??= new Set()).add(attempt);
      return;
    }
    this.#host.works(this.#task);
    attempt.announce();
  }

  beginChild(command: ChildCommand): void {
    const { path, child } = command;
    const started = this.#memory.children?.get(path);
    const isNew = started === undefined && !child.isCancelled;
    const begin = (): void => {
      const ended = child.begin(started);
      if (ended) this.whenAdmitted(command, () => child.end(ended));
    };
    if (isNew && child.undoes) this.#host.committer.afterCommit(() => this.whenAdmitted(command, begin));
    // An agent without a name is paused with its run or pattern only.
    else if (isNew && (this.#memory.paused || this.#host.holdsBack(this.#task, "")))
      (this.#children ??= new Set()).add(command);
    else begin();
  }

  /** Whoever waits for nothing but its beginning is told at once. */
  stopped(command: AttemptCommand | ChildCommand): void {
    if (command.kind === "child") {
      if (this.#children?.delete(command)) this.beginChild(command);
    } else if (this.#attempts?.delete(command.attempt)) command.attempt.announce();
  }

  /** Looks again at what was held back. */
  tryAgain(): void {
    if (!this.#attempts?.size && !this.#children?.size) return;
    this.#host.whenAdmitted(this.#task, () => {
      if (this.#task.detached) return;
      const children = this.#children ?? [];
      this.#children = undefined;
      for (const command of children) if (this.#open.isOpen(command)) this.beginChild(command);
      const attempts = this.#attempts ?? [];
      this.#attempts = undefined;
      for (const attempt of attempts) this.beginAttempt(attempt);
    });
  }

  /** A run that waited goes on only when it has its places again, unless it was told something else in the meantime. */
  whenAdmitted(command: OpenCommand, go: () => void): void {
    this.#host.whenAdmitted(this.#task, () => {
      if (!this.#task.detached && this.#open.isOpen(command)) go();
    });
  }
}
