/** What a server knows, for programs that have none: read in the runtime's own process, and nothing can be done. */
import { ReeveError, type Runtime } from "@reeve/core";
import { followLog } from "../board/follow-log.ts";
import type { RuntimeState } from "../contract/health.ts";
import type { Report } from "../health/known.ts";
import { describePatterns } from "../patterns/describe-patterns.ts";
import { Views } from "./views.ts";

/** @param reports what went wrong beside the runs, as it comes in */
export function viewsBeside(
  runtime: Runtime,
  state: RuntimeState["state"],
  reports: readonly Report[] = [],
): Promise<Views> {
  const startedAt = runtime.engine.clock.now();
  const { feed, fresh } = followLog(runtime.engine);
  return Views.open({
    runtime,
    feed,
    fresh,
    described: () => describePatterns(runtime.patterns),
    state: () => ({ state, blockedMs: null, pid: process.pid, startedAt, readOnly: true }),
    reports: () => reports,
    act: () => Promise.reject(new ReeveError("server-read-only", "this is only read")),
    told: () => {},
  });
}
