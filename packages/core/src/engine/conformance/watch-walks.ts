/** Shows which runs an engine has walked, and whether it still holds them, without the engine's help. */
import type { Engine, Journal } from "../engine.ts";

/** One walk of a run: at its start, and whenever it came back into memory. */
export interface Walk {
  readonly run: string;
  /** Gone once nothing holds the run any more. */
  readonly journal: WeakRef<Journal>;
}

/** The same engine; `walking` is called at each walk. */
export function watchWalks(engine: Engine, walking: (walk: Walk) => void): Engine {
  return new Proxy(engine, {
    get(target, name) {
      if (name === "open") {
        const open: Engine["open"] = (host) =>
          target.open({
            ...host,
            interpret: (journal) => {
              walking({ run: journal.run.id, journal: new WeakRef(journal) });
              return host.interpret(journal);
            },
          });
        return open;
      }
      // Private fields are the engine's own, so its members must see the engine and not the proxy.
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      const bound: unknown = member.bind(target);
      return bound;
    },
  });
}
