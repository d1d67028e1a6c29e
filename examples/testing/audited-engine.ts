/** An engine of one's own: around another one, with a line for everybody who asked it for something. */
import type { Engine } from "reeve";

/** The engine; `audit` is told of every start, cancel and signal. */
export function auditedEngine(engine: Engine, audit: (line: string) => void): Engine {
  const audited: Pick<Engine, "start" | "cancel" | "signal"> = {
    start: (request) => {
      audit(`${request.context.principal} starts '${request.id}'`);
      return engine.start(request);
    },
    cancel: (run, request) => {
      audit(`${request.by} cancels '${run}'`);
      return engine.cancel(run, request);
    },
    signal: (run, request) => {
      audit(`${request.by} answers '${request.path}' of '${run}'`);
      return engine.signal(run, request);
    },
  };
  return new Proxy(engine, {
    get: (target, name) => {
      const member: unknown = Reflect.get(name in audited ? audited : target, name, target);
      if (typeof member !== "function") return member;
      // Its private fields are the engine's own, so it must see itself and not the proxy.
      const bound: unknown = member.bind(target);
      return bound;
    },
  });
}
