/**
 * The spans of one run, made from its events: the run, its phases, its steps and their undos, and every attempt. Nodes of
 * a pattern that only hold others have no span; a child run is a trace of its own, to which its parent's is linked.
 *
 * Invariant: each span's parent is a span of the same run, but for the run's own, which has none.
 */
import type { Event, StepError, Usage } from "@reeve/core";
import { AGENT, names, WORKFLOW } from "./conventions.ts";
import type { Kept } from "./keep-trace.ts";
import { spanIdOf, traceIdOf } from "./trace-ids.ts";

export interface RunSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  endedAt: number;
  /** What went wrong; undefined where nothing did. */
  error: string | undefined;
  readonly attributes: Record<string, string | number>;
  /** The span of another trace that brought this one about. */
  readonly link?: { readonly traceId: string; readonly spanId: string };
}

/** @param events all of the run's, in order; none: no spans */
export function runSpans(events: readonly Event[], kept: Kept): readonly RunSpan[] {
  const [first] = events;
  if (first?.kind !== "run-started") return [];
  const spans: Spans = {
    root: rootOf(first, kept),
    phases: new Map(),
    steps: new Map(),
    attempts: new Map(),
    ended: [],
  };
  for (const event of events) if (!event.copied) take(spans, event);
  const { root, phases, steps, attempts, ended } = spans;
  const all = [root, ...phases.values(), ...steps.values(), ...attempts.values(), ...ended];
  // What a cancel or a crash left open ended with the run.
  for (const span of all) if (span.endedAt === OPEN) span.endedAt = events.at(-1)?.at ?? span.startedAt;
  return all;
}

const OPEN = -1;

interface Spans {
  readonly root: RunSpan;
  /** By path, as steps and the attempts that run. */
  readonly phases: Map<string, RunSpan>;
  readonly steps: Map<string, RunSpan>;
  readonly attempts: Map<string, RunSpan>;
  /** Attempts that have ended. */
  readonly ended: RunSpan[];
}

function rootOf(event: Extract<Event, { readonly kind: "run-started" }>, kept: Kept): RunSpan {
  const { run, at, pattern, patternVersion, context, origin } = event;
  const parent = origin?.parent;
  return {
    traceId: traceIdOf(run),
    spanId: spanIdOf(run, "run"),
    parentId: undefined,
    name: `${WORKFLOW} ${pattern}`,
    startedAt: at,
    endedAt: OPEN,
    error: undefined,
    attributes: {
      [names.operation]: WORKFLOW,
      [names.workflow]: pattern,
      [names.run]: run,
      [names.pattern]: pattern,
      [names.patternVersion]: patternVersion,
      [names.domain]: context.domain,
      [names.kept]: kept,
    },
    ...(parent && {
      link: { traceId: traceIdOf(parent.run), spanId: spanIdOf(parent.run, "step", parent.path) },
    }),
  };
}

function take(spans: Spans, event: Event): void {
  const { root, phases, steps, attempts } = spans;
  switch (event.kind) {
    case "phase-started": {
      const parent = parentOf(spans, event.path);
      phases.set(event.path, begun(event, ["phase", event.path], parent, event.path));
      return;
    }
    case "phase-ended":
      close(phases.get(event.path), event.at, event.ok ? undefined : "the phase failed");
      return;
    case "attempt-started": {
      const { path, agent, attempt, recovery } = event;
      const step =
        steps.get(path) ?? begun(event, ["step", path], parentOf(spans, path), `${AGENT} ${agent}`);
      steps.set(path, step);
      Object.assign(step.attributes, { [names.operation]: AGENT, [names.agent]: agent });
      const span = begun(event, ["attempt", path, attempt, recovery], step, `attempt ${attempt}`);
      span.attributes[names.attempt] = attempt;
      attempts.set(path, span);
      return;
    }
    case "step-completed":
    case "attempt-failed":
    case "attempt-lost":
      endAttempt(spans, event);
      return;
    case "run-ended": {
      const { outcome } = event;
      const error = "error" in outcome ? outcome.error : undefined;
      close(root, event.at, error?.message ?? (outcome.status === "timed-out" ? "timed out" : undefined));
      root.attributes[names.outcome] = outcome.status;
      if (error) root.attributes[names.errorType] = error.code;
      return;
    }
    default:
      return;
  }
}

type AttemptEnd = Extract<Event, { readonly kind: "step-completed" | "attempt-failed" | "attempt-lost" }>;

function endAttempt({ steps, attempts, ended }: Spans, event: AttemptEnd): void {
  const { path, at } = event;
  const error = errorOf(event);
  const attempt = attempts.get(path);
  if (attempt) {
    attempts.delete(path);
    ended.push(attempt);
    close(attempt, at, error?.message);
    if (error) attempt.attributes[names.errorType] = error.code;
    if (event.kind !== "attempt-lost" && event.usage) Object.assign(attempt.attributes, usageOf(event.usage));
  }
  // A later attempt ends the step anew.
  const step = steps.get(path);
  close(step, at, error?.message);
}

function errorOf(event: AttemptEnd): Pick<StepError, "message" | "code"> | undefined {
  if (event.kind === "step-completed") return undefined;
  return event.kind === "attempt-lost" ? { message: "its process ended", code: "attempt-lost" } : event.error;
}

function usageOf({ inputTokens, outputTokens, costUsd }: Usage): Record<string, number> {
  return {
    ...(inputTokens !== undefined && { [names.inputTokens]: inputTokens }),
    ...(outputTokens !== undefined && { [names.outputTokens]: outputTokens }),
    ...(costUsd !== undefined && { [names.costUsd]: costUsd }),
  };
}

function begun(
  { run, at, path = "" }: Event,
  id: readonly (string | number)[],
  parent: RunSpan,
  name: string,
): RunSpan {
  return {
    traceId: traceIdOf(run),
    spanId: spanIdOf(run, ...id),
    parentId: parent.spanId,
    name,
    startedAt: at,
    endedAt: OPEN,
    error: undefined,
    attributes: { [names.path]: path },
  };
}

function close(span: RunSpan | undefined, at: number, error: string | undefined): void {
  if (!span) return;
  span.endedAt = at;
  span.error = error;
}

/** The step that an undo is of, else the nearest phase above, else the run. */
function parentOf({ root, phases, steps }: Spans, path: string): RunSpan {
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    const above = path.slice(0, end);
    const found = steps.get(above) ?? phases.get(above);
    if (found) return found;
  }
  return root;
}
