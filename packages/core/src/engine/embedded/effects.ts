/**
 * What the commands of a live run do: attempts and children begin, timers are set, signals are received, user code is
 * asked.
 *
 * No attempt or child begins while the run, its pattern or their agent is paused, nor an attempt while its gate is shut;
 * what was held back begins when it is looked at again. What is undone, and what was told to stop, is never held back.
 * Nothing happens to a command that was dropped or has completed.
 */
import type { Clock } from "../../clock.ts";
import type { Fact } from "../../delegation/event.ts";
import { isUndo, type Path } from "../../delegation/path.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import type { Recorded } from "../engine.ts";
import type { Committer } from "./committer.ts";
import { hasSignal, takeSignal } from "./mailbox.ts";
import type { OpenAttempt } from "./open-attempt.ts";
import type { OpenCommand, OpenCommands } from "./open-commands.ts";
import type { RunMemory } from "./run-memory.ts";

type ChildCommand = Extract<OpenCommand, { readonly kind: "child" }>;
type AttemptCommand = Extract<OpenCommand, { readonly kind: "attempt" }>;
type SignalCommand = Extract<OpenCommand, { readonly kind: "signal" }>;
type RecordCommand = Extract<OpenCommand, { readonly kind: "record" }>;

/** The run whose commands they are. */
export interface EffectsTask {
  readonly detached: boolean;
  /** Appends a completion and hands it to the walk. */
  deliver(fact: Fact): void;
  /** The completion of a command to record something. */
  decided(path: Path, recorded: Recorded): Fact;
  /** The output that the step at `path` has without being executed. */
  editedOutput(path: Path): PayloadId | undefined;
}

/** What decides when something of a run begins. */
export interface EffectsHost<Task> {
  readonly clock: Clock;
  readonly committer: Committer;
  /** Whether attempts of this agent are to wait, whichever run they belong to. */
  holdsBack(task: Task, agent: string): boolean;
  /** The run works: it takes up its places even if there is no room. */
  works(task: Task): void;
  /** Calls `go` when the run, which waited, has its places again. */
  whenAdmitted(task: Task, go: () => void): void;
}

export class Effects<Task extends EffectsTask> {
  readonly #host: EffectsHost<Task>;
  readonly #task: Task;
  readonly #memory: RunMemory;
  readonly #open: OpenCommands;
  /** Held back, as are these children; few runs ever have any. */
  #attempts: Set<OpenAttempt> | undefined;
  #children: Set<ChildCommand> | undefined;

  constructor(host: EffectsHost<Task>, task: Task, memory: RunMemory, open: OpenCommands) {
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

  /** The command takes effect. */
  begin(command: OpenCommand): void {
    // Replaced or dropped since it was issued.
    if (!this.#open.isOpen(command)) return;
    switch (command.kind) {
      case "attempt":
        this.#takeAttempt(command);
        return;
      case "child":
        this.#beginChild(command);
        return;
      case "timer":
        command.cancel = this.#host.clock.timer(command.dueAt - this.#host.clock.now(), () => {
          this.whenAdmitted(command, () => this.#task.deliver({ kind: "timer-fired", path: command.path }));
        });
        return;
      case "signal":
        if (hasSignal(this.#memory, command.path)) this.receive(command);
        return;
      case "record":
        this.#decide(command);
        return;
    }
  }

  /** The step gets the oldest signal that was sent to it. */
  receive(command: SignalCommand): void {
    this.whenAdmitted(command, () => {
      const { path } = command;
      const signal = takeSignal(this.#memory, path);
      // A second signal may have asked for the place at the same time.
      if (signal) this.#task.deliver({ kind: "signal-received", path, answer: signal.answer });
    });
  }

  /** Whoever waits for nothing but its beginning is told at once. */
  stopped(command: AttemptCommand | ChildCommand): void {
    if (command.kind === "child") {
      if (this.#children?.delete(command)) this.#beginChild(command);
    } else if (this.#attempts?.delete(command.attempt)) command.attempt.announce();
  }

  /** Looks again at what was held back. */
  tryAgain(): void {
    if (!this.#attempts?.size && !this.#children?.size) return;
    this.#host.whenAdmitted(this.#task, () => {
      if (this.#task.detached) return;
      const children = this.#children ?? [];
      this.#children = undefined;
      for (const command of children) if (this.#open.isOpen(command)) this.#beginChild(command);
      const attempts = this.#attempts ?? [];
      this.#attempts = undefined;
      for (const attempt of attempts) this.#beginAttempt(attempt);
    });
  }

  /** A run that waited goes on only when it has its places again, unless it was told something else in the meantime. */
  whenAdmitted(command: OpenCommand, go: () => void): void {
    this.#host.whenAdmitted(this.#task, () => {
      if (!this.#task.detached && this.#open.isOpen(command)) go();
    });
  }

  #takeAttempt({ path, attempt }: AttemptCommand): void {
    if (this.#memory.begun?.delete(path)) attempt.lose();
    else if (!this.#completeAsEdited(path)) this.#beginAttempt(attempt);
  }

  /** In a run that was forked with the output of this step, nobody makes it. */
  #completeAsEdited(path: Path): boolean {
    const output = this.#task.editedOutput(path);
    if (output === undefined) return false;
    this.#task.deliver({ kind: "step-completed", path, attempt: 1, agent: "", output, durationMs: 0 });
    return true;
  }

  #beginAttempt(attempt: OpenAttempt): void {
    const isPaused =
      this.#memory.paused || attempt.isShutOut || this.#host.holdsBack(this.#task, attempt.agent);
    if (isPaused && !isUndo(attempt.path) && !attempt.aborted) {
      (this.#attempts ??= new Set()).add(attempt);
      return;
    }
    this.#host.works(this.#task);
    attempt.announce();
  }

  #beginChild(command: ChildCommand): void {
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

  #decide(command: RecordCommand): void {
    const { path, decide } = command;
    const settle = (recorded: Recorded): void => {
      // Nobody waits for the answer any more.
      if (this.#task.detached || !this.#open.isOpen(command)) return;
      this.#task.deliver(this.#task.decided(path, recorded));
    };
    const recorded = decide();
    if (recorded instanceof Promise) void recorded.then(settle);
    else settle(recorded);
  }
}
