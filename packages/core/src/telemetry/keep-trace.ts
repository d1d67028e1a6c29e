/**
 * Which runs become traces: decided when a run has ended, and noted with its end. Whatever went wrong, was slow, or was
 * asked for by somebody critical or by a caller who keeps its own trace is kept, and a share of the rest. The decision
 * needs nothing but the run itself, so that runs that are not kept cost nothing, however many there are.
 */
import type { OutcomeStatus } from "../delegation/outcome.ts";
import { readTraceparent, shareOf, traceIdOf, type TracedRun } from "../delegation/trace-context.ts";
import type { TraceKept } from "../delegation/trace-kept.ts";

export interface TracingOptions {
  /** Of the runs that nothing else keeps, 0 to 1, by trace id. @default 0.1 */
  readonly share?: number;
  /** Runs that took longer are kept, in milliseconds above 0, by pattern. @default none is */
  readonly slowMs?: Readonly<Record<string, number>>;
  /** Runs of these principals are kept. @default none is */
  readonly principals?: readonly string[];
  /**
   * Which runs tell those that they call to keep their spans, in `ctx.traceparent`: those of which it is known at their
   * start that they are kept, or all. @default "share"
   */
  readonly propagate?: "share" | "always";
}

export interface Tracing {
  readonly options: Required<TracingOptions>;
  /** Whether those that the run calls are to keep their spans. */
  isSampled(run: TracedPrincipal): boolean;
  /** Why a run that ended is kept; undefined where it is not. */
  keeps(run: TracedPattern, status: OutcomeStatus, durationMs: number): TraceKept | undefined;
}

/** A run and who asked for it. */
export interface TracedPrincipal extends TracedRun {
  readonly context: { readonly principal: string };
}

export interface TracedPattern extends TracedPrincipal {
  readonly pattern: string;
}

const SHARE_DEFAULT = 0.1;

/** @param options were checked */
export function tracing({
  share = SHARE_DEFAULT,
  slowMs = {},
  principals = [],
  propagate = "share",
}: TracingOptions = {}): Tracing {
  const slow = new Map(Object.entries(slowMs));
  const critical = new Set(principals);
  /** What is known of a run when it starts. */
  const keptAtStart = (run: TracedPrincipal): TraceKept | undefined => {
    if (critical.has(run.context.principal)) return "principal";
    if (readTraceparent(run.origin?.traceparent)?.sampled) return "caller";
    return share > 0 && shareOf(traceIdOf(run)) < share ? "share" : undefined;
  };
  return {
    options: { share, slowMs, principals, propagate },
    isSampled: (run) => propagate === "always" || keptAtStart(run) !== undefined,
    keeps: (run, status, durationMs) => {
      if (status !== "completed" && status !== "cancelled") return "error";
      if (durationMs > (slow.get(run.pattern) ?? Infinity)) return "slow";
      return keptAtStart(run);
    },
  };
}
