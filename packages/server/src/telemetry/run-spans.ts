/**
 * The spans of one run, made from its events one by one: the run, the choice that it began with, its phases, its steps
 * and their undos, and every attempt. Nodes of a pattern that only hold others have no span; a child run is a trace of its
 * own, and so is a run that is retried or forked: links lead from one to the other.
 *
 * Invariants: (1) each span's parent is a span of the same run, but for the run's own, whose parent is its caller's span
 * or none; (2) what is over is handed out and forgotten, so that only what is open, or has failed, is held.
 */
import {
  attemptSpanId,
  pathSpanId,
  readTraceparent,
  runSpanId,
  traceIdOf,
  type Event,
  type StepError,
  type TraceKept,
  type Usage,
} from "@reeve/core";
import { choiceSpan } from "./choice-span.ts";
import { AGENT, DELEGATE, names, WORKFLOW } from "./conventions.ts";
import type { RunSpan, SpanLink } from "./run-span.ts";

export interface RunSpans {
  /** The run's next event; the spans that are over with it. */
  take(event: Event): readonly RunSpan[];
  /** The spans that are left, once there are no more events: what is open ends with the last one. */
  rest(): readonly RunSpan[];
  /** How many spans are held. */
  held(): number;
}

/** Of a run that is kept for this reason; its events are taken in order, the first one first. */
export function runSpans(kept: TraceKept): RunSpans {
  let spans: Spans | undefined;
  let lastAt = 0;
  return {
    take: (event) => {
      lastAt = event.at;
      if (event.kind === "run-started") spans = { root: rootOf(event, kept), ...newSpans() };
      if (!spans || event.copied) return [];
      take(spans, event);
      return spans.over.splice(0);
    },
    rest: () => {
      if (!spans) return [];
      const { root, phases, steps, attempts } = spans;
      if (root.endedAt === OPEN) root.attributes[names.unfinished] = true;
      const all = [root, ...phases.values(), ...steps.values(), ...attempts.values()];
      // What a cancel or a crash left open ended with the run.
      for (const span of all) if (span.endedAt === OPEN) span.endedAt = lastAt;
      return all;
    },
    held: () => (spans ? 1 + spans.phases.size + spans.steps.size + spans.attempts.size : 0),
  };
}

const OPEN = -1;
/** What the path of an undo has after that of its step. */
const UNDO = "/undo";

interface Spans {
  readonly root: RunSpan;
  /** By path, as steps and the attempts that run. */
  readonly phases: Map<string, RunSpan>;
  readonly steps: Map<string, RunSpan>;
  readonly attempts: Map<string, RunSpan>;
  /** To be handed out. */
  readonly over: RunSpan[];
}

function newSpans(): Omit<Spans, "root"> {
  return { phases: new Map(), steps: new Map(), attempts: new Map(), over: [] };
}

type RunStarted = Extract<Event, { readonly kind: "run-started" }>;

function rootOf(event: RunStarted, kept: TraceKept): RunSpan {
  const { run, at, pattern, patternVersion, context, origin } = event;
  const forked = origin?.forkedFrom;
  return {
    traceId: traceIdOf({ id: run, origin }),
    spanId: runSpanId(run),
    parentId: readTraceparent(origin?.traceparent)?.parentId,
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
      ...(forked && { [names.forkedFrom]: forked.run }),
      ...(forked?.from !== undefined && { [names.forkedAt]: forked.from }),
    },
    links: linksOf(event),
  };
}

/** The step of another run that started it, and the run that it was retried or forked from. */
function linksOf({ origin }: RunStarted): SpanLink[] {
  const { parent, forkedFrom } = origin ?? {};
  const links: SpanLink[] = [];
  if (parent) {
    const traceId = parent.traceId ?? traceIdOf({ id: parent.run });
    links.push({ traceId, spanId: pathSpanId(parent.run, "step", parent.path) });
  }
  if (forkedFrom) {
    const traceId = forkedFrom.traceId ?? traceIdOf({ id: forkedFrom.run });
    links.push({ traceId, spanId: runSpanId(forkedFrom.run) });
  }
  return links;
}

function take(spans: Spans, event: Event): void {
  const { root, phases, steps, attempts } = spans;
  switch (event.kind) {
    case "run-started":
      if (event.choice) spans.over.push(choiceSpan(spans, event, event.choice));
      return;
    case "child-started":
      beginChild(spans, event);
      return;
    case "child-ended":
      endChild(spans, event);
      return;
    case "phase-started": {
      phases.set(event.path, begun(spans, event, pathSpanId(event.run, "phase", event.path), event.path));
      return;
    }
    case "phase-ended":
      hand(spans, phases, event.path, event.at, event.ok ? undefined : "the phase failed");
      return;
    case "attempt-started": {
      const { run, path, agent, attempt, recovery } = event;
      const stepId = pathSpanId(run, "step", path);
      const step = steps.get(path) ?? begun(spans, event, stepId, `${AGENT} ${agent}`);
      steps.set(path, step);
      Object.assign(step.attributes, { [names.operation]: AGENT, [names.agent]: agent });
      const id = attemptSpanId(run, path, attempt, recovery);
      const span = begun(spans, event, id, `attempt ${attempt}`, step.spanId);
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

/** A step that delegates: what it started are traces of their own, which are linked both ways. */
function beginChild(spans: Spans, event: Extract<Event, { readonly kind: "child-started" }>): void {
  const { run, path, child } = event;
  const step = spans.steps.get(path) ?? begun(spans, event, pathSpanId(run, "step", path), DELEGATE);
  spans.steps.set(path, step);
  step.attributes[names.child] = child;
  step.links.push({ traceId: traceIdOf({ id: child }), spanId: runSpanId(child) });
}

function endChild(
  spans: Spans,
  { path, at, outcome }: Extract<Event, { readonly kind: "child-ended" }>,
): void {
  const step = spans.steps.get(path);
  if (step) step.attributes[names.outcome] = outcome.status;
  if (outcome.status === "completed") hand(spans, spans.steps, path, at, undefined);
  // It may be repaired by another child.
  else close(step, at, "error" in outcome ? outcome.error.message : outcome.status);
}

type AttemptEnd = Extract<Event, { readonly kind: "step-completed" | "attempt-failed" | "attempt-lost" }>;

function endAttempt(spans: Spans, event: AttemptEnd): void {
  const { path, at } = event;
  const error = errorOf(event);
  const attempt = spans.attempts.get(path);
  if (attempt) {
    if (error) attempt.attributes[names.errorType] = error.code;
    if (event.kind !== "attempt-lost" && event.usage) Object.assign(attempt.attributes, usageOf(event.usage));
    hand(spans, spans.attempts, path, at, error?.message);
  }
  if (event.kind === "step-completed") hand(spans, spans.steps, path, at, undefined);
  // A later attempt ends the step anew.
  else close(spans.steps.get(path), at, error?.message);
}

/** It is over, and handed out. */
function hand(
  spans: Spans,
  held: Map<string, RunSpan>,
  path: string,
  at: number,
  error: string | undefined,
): void {
  const span = held.get(path);
  if (!span) return;
  close(span, at, error);
  held.delete(path);
  spans.over.push(span);
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
  spans: Spans,
  { run, at, path = "" }: Event,
  spanId: string,
  name: string,
  parentId: string = parentOf(spans, run, path),
): RunSpan {
  return {
    traceId: spans.root.traceId,
    spanId,
    parentId,
    name,
    startedAt: at,
    endedAt: OPEN,
    error: undefined,
    attributes: { [names.path]: path },
    links: [],
  };
}

function close(span: RunSpan | undefined, at: number, error: string | undefined): void {
  if (!span) return;
  span.endedAt = at;
  span.error = error;
}

/** The step that an undo is of, else the nearest phase above, else the run. */
function parentOf({ root, phases }: Spans, run: string, path: string): string {
  if (path.endsWith(UNDO)) return pathSpanId(run, "step", path.slice(0, -UNDO.length));
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    const found = phases.get(path.slice(0, end));
    if (found) return found.spanId;
  }
  return root.spanId;
}
