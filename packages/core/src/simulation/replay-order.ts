/**
 * A journal around a journal that sees whether repeated walks of one run agree: after the same completions, the same
 * commands in the same order. A distributed engine whose journal is ordered needs nothing else.
 */
import { hash } from "node:crypto";
import type { Completion, Engine, Host, Journal } from "../engine/engine.ts";

/** Commands of all walks so far, by the completions that came before them. */
export class ReplayOrder {
  readonly #commands = new Map<string, readonly string[]>();
  readonly #divergences: string[] = [];
  #repeated = 0;

  /** What differed; empty when all walks agreed. */
  get divergences(): readonly string[] {
    return this.#divergences;
  }

  /** How many stretches between two completions were walked more than once. */
  get repeated(): number {
    return this.#repeated;
  }

  /** Notes what a walk commanded after the completions named by `prefix`. */
  walked(prefix: string, commands: readonly string[]): void {
    const before = this.#commands.get(prefix);
    if (!before) {
      this.#commands.set(prefix, commands);
      return;
    }
    this.#repeated++;
    if (before.length === commands.length && before.every((command, index) => command === commands[index]))
      return;
    this.#divergences.push(`first:\n  ${before.join("\n  ")}\nthen:\n  ${commands.join("\n  ")}`);
  }
}

/** The engine, with every journal it hands out watched. */
export function watchOrder(engine: Engine, order: ReplayOrder): Engine {
  const watched: Pick<Engine, "open"> = {
    open: (host) => engine.open(watchHost(host, order)),
  };
  return new Proxy(engine, {
    get: (target, property) => {
      const own: unknown = property === "open" ? watched.open : Reflect.get(target, property, target);
      return typeof own === "function" ? (own.bind(target) as unknown) : own;
    },
  });
}

function watchHost(host: Host, order: ReplayOrder): Host {
  return { ...host, interpret: (journal) => host.interpret(watchJournal(journal, order)) };
}

function watchJournal(journal: Journal, order: ReplayOrder): Journal {
  // A start that was lost is made again, and is another run: later, or with values of other numbers.
  let prefix = `${journal.run.id} ${journal.run.startedAt} ${journal.run.input}`;
  let commands: string[] = [];
  const say = (command: string, ...details: readonly unknown[]): void =>
    void commands.push(`${command} ${JSON.stringify(details)}`);
  const settle = (): void => {
    order.walked(prefix, commands);
    commands = [];
  };
  const take = (completion: Completion): Completion => {
    // Its position in the log may be given later, and is nothing a walk may depend on.
    const { position: _, ...told } = completion;
    prefix = hash("sha256", prefix + JSON.stringify(told), "base64url");
    return completion;
  };
  return {
    get run() {
      return journal.run;
    },
    logId: journal.logId,
    beginsAt: journal.beginsAt,
    loopPoint: (path) => journal.loopPoint(path),
    editedInput: (path) => journal.editedInput(path),
    takesOver: (path) => journal.takesOver(path),
    ...watchCommands(journal, say),
    next: () => {
      settle();
      return journal.next().then(take);
    },
    read: (reference) => journal.read(reference),
    end: (outcome, facts) => {
      say("end", outcome, facts);
      settle();
      journal.end(outcome, facts);
    },
    strand: (reason, hint) => {
      say("strand", reason);
      settle();
      journal.strand(reason, hint);
    },
  };
}

type Commands = Pick<
  Journal,
  "attempt" | "timer" | "awaitSignal" | "record" | "child" | "undoChild" | "abort" | "drop" | "note"
>;

/** What a walk commands, told to `say` first. */
function watchCommands(
  journal: Journal,
  say: (command: string, ...details: readonly unknown[]) => void,
): Commands {
  return {
    attempt: (command) => {
      const { path, attempt, recovery, agent } = command;
      say("attempt", path, attempt, recovery, agent);
      journal.attempt(command);
    },
    timer: (path, dueAt) => {
      say("timer", path, dueAt);
      journal.timer(path, dueAt);
    },
    awaitSignal: (path) => {
      say("signal", path);
      journal.awaitSignal(path);
    },
    record: (path, decide) => {
      say("record", path);
      journal.record(path, decide);
    },
    child: (path, plan, input) => {
      say("child", path, plan, input);
      journal.child(path, plan, input);
    },
    undoChild: (path, child) => {
      say("undo child", path, child);
      journal.undoChild(path, child);
    },
    abort: (path, reason) => {
      say("abort", path, reason);
      journal.abort(path, reason);
    },
    drop: (path) => {
      say("drop", path);
      journal.drop(path);
    },
    note: (fact) => {
      say("note", fact);
      journal.note(fact);
    },
  };
}
