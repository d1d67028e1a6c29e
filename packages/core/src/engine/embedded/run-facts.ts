/**
 * The facts that begin and end a run. Most runs have nothing to add to them, and each empty spread takes 50 ns, which for
 * these two was 3 % of the event loop's thread.
 */
import type { RunChoice } from "../../delegation/choice.ts";
import type { Admission, EndFacts, Fact, StoredOutcome } from "../../delegation/event.ts";
import type { TraceKept } from "../../delegation/trace-kept.ts";
import type { RunRow } from "../store.ts";
import type { RunMemory } from "./run-memory.ts";
import { NO_USAGE } from "./run-usage.ts";

/** What a run begins with beside what its row says. */
export interface Beginning {
  readonly admission: Admission | undefined;
  readonly queued: boolean;
  readonly choice: RunChoice | undefined;
}

/** What is known of a run when it ends. */
export interface Ending {
  readonly outcome: StoredOutcome;
  readonly durationMs: number;
  readonly memory: RunMemory;
  readonly trace: TraceKept | undefined;
  readonly facts: EndFacts | undefined;
}

/** @param run with its context as it was given, not sealed */
export function startedFact(run: RunRow, { admission, queued, choice }: Beginning): Fact {
  const { pattern, patternVersion, input, context, origin } = run;
  const fact = { kind: "run-started", pattern, patternVersion, input, context } as const;
  if (!origin && !admission && !queued && !choice) return fact;
  return {
    ...fact,
    ...(origin && { origin }),
    ...(admission && { admission }),
    ...(queued && { queued }),
    ...(choice && { choice }),
  };
}

export function endedFact(run: RunRow, { outcome, durationMs, memory, trace, facts }: Ending): Fact {
  const { pattern, context, origin } = run;
  const { domain, principal } = context;
  const { features, usage, logDropped } = memory;
  const score = outcome.status === "completed" ? (memory.feedback ?? facts?.score) : undefined;
  const fact = { kind: "run-ended", outcome, pattern, domain, durationMs } as const;
  const isPlain = principal === "local" && !facts && score === undefined && !origin && !features && !trace;
  if (isPlain && usage === NO_USAGE && logDropped === 0) return fact;
  return {
    ...fact,
    ...(principal !== "local" && { principal }),
    ...facts,
    ...(score !== undefined && { score }),
    ...(origin?.forkedFrom && { teaches: false as const }),
    ...(features && { features }),
    ...usage,
    ...(trace && { trace }),
    ...(logDropped > 0 && { logDropped }),
  };
}
