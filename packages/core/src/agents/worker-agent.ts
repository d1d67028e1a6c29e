/** An agent whose work happens in a thread, so that it can compute without holding up the process, and be stopped. */
import { availableParallelism } from "node:os";
import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { systemClock } from "../clock.ts";
import {
  buildAgent,
  type Agent,
  type AgentPolicy,
  type Returned,
  type StepContext,
} from "../delegation/agent.ts";
import { agentChecker, type AgentChecker } from "../delegation/agent-checker.ts";
import { pack } from "./crossing.ts";
import { THREAD_STOP_MS_MAX } from "./worker-attempt.ts";
import { WorkerPool } from "./worker-pool.ts";

const MEMORY_MB_MAX_DEFAULT = 1_024;
/** Garbage counts until it is collected, which V8 is in no hurry to do in a small heap. */
const MEMORY_MB_MAX_LOWEST = 128;

export interface WorkerAgentOptions<Input, Output> extends AgentPolicy<Input, Output> {
  /** The module with the function: `new URL("./dig.ts", import.meta.url)`, a `file:` URL or an absolute path. */
  readonly module: URL | string;
  /** The name of the exported function; it is called as `fn(input, ctx)`. @default "default" */
  readonly export?: string;
  /** Threads of this agent at most, 1 or more; they are created when needed. @default the machine's parallelism */
  readonly threads?: number;
  /**
   * Memory of one thread in megabytes, 128 or more: its heap, with garbage that was not collected yet, and its binary
   * buffers. More ends the thread and fails the attempt; a thread that still uses 80 % of it after an attempt is
   * replaced. @default 1_024
   */
  readonly memoryMbMax?: number;
}

/** What the function in the thread is handed beside its input. */
export type WorkerContext = Pick<
  StepContext,
  | "signal"
  | "idempotencyKey"
  | "attempt"
  | "path"
  | "runId"
  | "traceparent"
  | "context"
  | "with"
  | "log"
  | "usage"
  | "progress"
  | "heartbeat"
>;

/**
 * Declares an agent that is an exported function of a module, called in a thread. Input and output cross by
 * structured clone. When an attempt must stop, the function gets 100 ms to heed `ctx.signal`, then the thread is ended.
 * @throws ReeveError `agent-invalid` when an option is out of its bounds.
 */
export function workerAgent<const Name extends string, Input = unknown, Output = unknown>(
  name: Name,
  options: WorkerAgentOptions<Input, Output>,
): Agent<Name, Input, Output> {
  const check = agentChecker(name, options);
  const module = moduleUrl(options.module, check);
  const exportName = options.export ?? "default";
  if (typeof exportName !== "string" || exportName === "") check.fail("export", exportName, "a name");
  check.whole("threads", options.threads, 1);
  check.whole("memoryMbMax", options.memoryMbMax, MEMORY_MB_MAX_LOWEST);
  const pool = new WorkerPool({
    agent: name,
    threads: options.threads ?? Math.max(1, availableParallelism()),
    memoryMbMax: options.memoryMbMax ?? MEMORY_MB_MAX_DEFAULT,
    clock: systemClock(),
  });
  return buildAgent(name, options, {
    runsOn: "thread",
    graceMs: THREAD_STOP_MS_MAX,
    run: async (input: Input, ctx: StepContext) => {
      const { idempotencyKey, attempt, path, runId, traceparent, context } = ctx;
      const facts = { idempotencyKey, attempt, path, runId, traceparent };
      const task = { agent: name, module, exportName, input: pack(input, "input"), facts, context };
      // What comes out of a thread is vouched for by the output's schema.
      return (await pool.run(task, ctx)) as Returned<Output>;
    },
    close: () => pool.close(),
  });
}

function moduleUrl(module: unknown, check: AgentChecker): string {
  if (module instanceof URL && module.protocol === "file:") return module.href;
  if (typeof module === "string") {
    if (URL.canParse(module) && new URL(module).protocol === "file:") return new URL(module).href;
    if (isAbsolute(module)) return pathToFileURL(module).href;
  }
  return check.fail(
    "module",
    module instanceof URL ? module.href : module,
    'a file URL or an absolute path, such as new URL("./dig.ts", import.meta.url)',
  );
}
