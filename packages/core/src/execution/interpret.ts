/**
 * The interpreter: drives the walk of one run against its journal. The only await is `journal.next()`; everything
 * between two completions is synchronous and depends on nothing but them.
 */
import type { EndFacts } from "../delegation/event.ts";
import type { Pattern } from "../delegation/pattern.ts";
import type { Journal } from "../engine/engine.ts";
import type { WalkHost } from "./walk/walk-host.ts";
import { walkNode } from "./walk/walk-node.ts";
import { walkRun, type RunEnd } from "./walk/walk-run.ts";
import { Walker } from "./walk/walker.ts";

/** Walks `pattern` until the run has ended; when the journal finds that its log tells of another one, it never resolves. */
export async function interpret(journal: Journal, pattern: Pattern, host: WalkHost): Promise<void> {
  const walker = new Walker(journal, host, walkNode);
  let end: RunEnd | undefined;
  walker.fibers.spawn(walkRun(walker, pattern), (result) => {
    end = result;
  });
  for (;;) {
    walker.fibers.run();
    if (end) {
      journal.end(end.outcome, endFacts(walker, end));
      return;
    }
    walker.take(await journal.next());
  }
}

/** What is told of the run beside its outcome; undefined where there is nothing. */
function endFacts({ preservation }: Walker, { score }: RunEnd): EndFacts | undefined {
  if (score === undefined && preservation.size === 0) return undefined;
  const preserved = Array.from(preservation, ([pattern, ok]) => ({ pattern, ok }));
  return { ...(score !== undefined && { score }), ...(preserved.length > 0 && { preserved }) };
}
