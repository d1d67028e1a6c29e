/**
 * An engine around an engine that tells a test what is at work: it sees every attempt, decision and command through
 * the port, so it fits any engine.
 */
import type { Engine, Host, Journal } from "../engine/engine.ts";
import type { ManualClock } from "../clock.ts";
import { overlay } from "./overlay.ts";
import type { Work } from "./work.ts";

/** What runs wait for other than time: the paths of the signals, by run. */
export type AwaitedSignals = Map<string, Set<string>>;

/** The engine, with what it does counted in `work` and in `awaited`. */
export function watchEngine(engine: Engine, work: Work, awaited: AwaitedSignals): Engine {
  const happened = (): void => work.happened();
  const open: Engine["open"] = async (host) => {
    await engine.open(watchHost(host, work, awaited));
    await beginAfterLog(engine, work.clock);
  };
  return new Proxy(engine, {
    get: (target, name): unknown => {
      if (name === "open") return open;
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      // Whoever asks may bring more about, and so may the answer.
      return (...call: unknown[]): unknown => {
        happened();
        const answer: unknown = Reflect.apply(member, target, call);
        return answer instanceof Promise ? answer.finally(happened) : answer;
      };
    },
  });
}

/**
 * A test that opens a log again starts a new clock. It must stand after all that the log tells: time does not run
 * backwards there, and ids made at the same time with the same seed would be the same.
 */
async function beginAfterLog(engine: Engine, clock: ManualClock): Promise<void> {
  let latest = -Infinity;
  for await (const { at } of engine.events({ follow: false })) latest = Math.max(latest, at);
  if (latest >= clock.now()) clock.advance(latest + 1 - clock.now());
}

function watchHost(host: Host, work: Work, awaited: AwaitedSignals): Host {
  return overlay(host, {
    interpret: (journal) => {
      work.happened();
      awaited.delete(journal.run.id);
      return host.interpret(watchJournal(journal, work, awaited));
    },
  });
}

function watchJournal(journal: Journal, work: Work, awaited: AwaitedSignals): Journal {
  const { id } = journal.run;
  const settle = (path: string): void => {
    const paths = awaited.get(id);
    paths?.delete(path);
    if (paths?.size === 0) awaited.delete(id);
  };
  return overlay(journal, {
    attempt: (command) => {
      work.happened();
      journal.attempt({ ...command, begin: (scope) => work.during(() => command.begin(scope)) });
    },
    record: (path, decide) => journal.record(path, () => work.during(decide)),
    awaitSignal: (path) => {
      awaited.set(id, (awaited.get(id) ?? new Set()).add(path));
      journal.awaitSignal(path);
    },
    drop: (path) => {
      settle(path);
      journal.drop(path);
    },
    next: async () => {
      work.happened();
      const completion = await journal.next();
      work.happened();
      if (completion.kind === "signal-received") settle(completion.path);
      return completion;
    },
    end: (outcome, facts) => {
      work.happened();
      awaited.delete(id);
      journal.end(outcome, facts);
    },
  });
}
