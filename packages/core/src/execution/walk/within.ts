/** Deadlines inside a run: what does not end in time is stopped, and fails. The run's own is the root's affair. */
import { innerPath } from "../../delegation/path.ts";
import type { Walk } from "./fiber.ts";
import { failed, stepError, stopped, type Result } from "./result.ts";
import { Scope } from "./scope.ts";
import { undo } from "./undo.ts";
import type { Place, Walker } from "./walker.ts";

/** @param walk what has to end within the time, in a scope of its own */
export function* within(
  walker: Walker,
  name: string,
  place: Place,
  timeoutMs: number,
  walk: (place: Place) => Walk<Result>,
): Walk<Result> {
  const scope = new Scope(place.scope);
  const timer = innerPath(place.path, "deadline");
  const forget = walker.onTimer(timer, walker.now + timeoutMs, () =>
    scope.stop({ kind: "timed-out", path: place.path, afterMs: timeoutMs }),
  );
  const result = yield* walk({ ...place, scope });
  forget();
  scope.close();
  const passed = scope.stopped?.kind === "timed-out" && scope.stopped.path === place.path;
  if (!passed || (!result.ok && !result.stopped)) return result;
  if (result.ok) yield* undo(walker, result.effect);
  if (place.scope.stopped) return stopped(place.scope.stopped, place.path);
  return failed(
    stepError("pattern-timed-out", `'${name}' did not end within ${timeoutMs} ms`, place.path, {
      hint: "raise its timeoutMs, or find out which of its steps is slow",
      // What kept failing until then; a step that was only told to stop has nothing to say.
      ...(result.ok || result.error.code === "attempt-cancelled" ? {} : { cause: result.error }),
    }),
  );
}
