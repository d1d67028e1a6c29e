/** What happened in a run, from its events: its steps with their attempts, its log and what it cost. Pure. */
import type { Event, StepError, Usage } from "@reeve/core";

export interface CourseAttempt {
  readonly attempt: number;
  readonly startedAt: number;
  endedAt: number | undefined;
  result: "running" | "completed" | "retried" | "failed" | "lost";
  error: StepError | undefined;
}

export interface CourseStep {
  readonly path: string;
  readonly startedAt: number;
  endedAt: number | undefined;
  agent: string | undefined;
  state: "running" | "waiting" | "completed" | "failed" | "lost";
  readonly attempts: CourseAttempt[];
  /** Of the one that completed it; null: it returned nothing. */
  output: number | null | undefined;
  child: string | undefined;
}

export interface CourseLine {
  readonly at: number;
  readonly path: string;
  readonly level: string;
  readonly message: string;
}

export interface RunCourse {
  /** In the order they began. */
  readonly steps: Map<string, CourseStep>;
  /** The latest lines. */
  readonly log: CourseLine[];
  /** Lines before those. */
  droppedLines: number;
  usage: { inputTokens: number; outputTokens: number; costUsd: number } | undefined;
  /** Who did what to it, in sentences. */
  readonly said: { readonly at: number; readonly text: string }[];
}

const LINES_MAX = 500;

export async function courseOf(events: AsyncIterable<Event>): Promise<RunCourse> {
  const course: RunCourse = { steps: new Map(), log: [], droppedLines: 0, usage: undefined, said: [] };
  for await (const event of events) take(course, event);
  return course;
}

function take(course: RunCourse, event: Event): void {
  const { at } = event;
  switch (event.kind) {
    case "attempt-started":
      startAttempt(stepAt(course, event.path, at), event.attempt, event.agent, at);
      return;
    case "step-completed": {
      const step = stepAt(course, event.path, at);
      endAttempt(step, event.attempt, at, "completed");
      Object.assign(step, {
        state: "completed",
        endedAt: at,
        output: event.output ?? null,
        agent: event.agent,
      });
      addUsage(course, event);
      return;
    }
    case "attempt-failed": {
      const step = stepAt(course, event.path, at);
      const isFinal = event.retryInMs === undefined;
      endAttempt(step, event.attempt, at, isFinal ? "failed" : "retried", event.error);
      if (isFinal) Object.assign(step, { state: "failed", endedAt: at });
      addUsage(course, event);
      return;
    }
    case "attempt-lost": {
      const step = stepAt(course, event.path, at);
      endAttempt(step, event.attempt, at, "lost");
      step.state = "lost";
      return;
    }
    case "step-logged":
      course.log.push({ at, path: event.path, level: event.level, message: event.message });
      if (course.log.length > LINES_MAX) {
        course.log.shift();
        course.droppedLines++;
      }
      return;
    default:
      takeRest(course, event);
  }
}

function takeRest(course: RunCourse, event: Event): void {
  const { at } = event;
  const say = (text: string): void => void course.said.push({ at, text });
  switch (event.kind) {
    case "wait-started":
      stepAt(course, event.path, at).state = "waiting";
      return;
    case "signal-received":
    case "timer-fired":
      if (event.path.endsWith("!retry")) return;
      Object.assign(stepAt(course, event.path, at), { state: "completed", endedAt: at });
      return;
    case "child-started":
      stepAt(course, event.path, at).child = event.child;
      return;
    case "child-ended": {
      const state = event.outcome.status === "completed" ? "completed" : "failed";
      Object.assign(stepAt(course, event.path, at), { state, endedAt: at });
      addUsage(course, event);
      return;
    }
    case "signal-sent":
      return say(`${event.by} answered ${event.path}`);
    case "signal-refused":
      return say(`the answer of ${event.by} to ${event.path} was refused: ${event.reason}`);
    case "cancel-requested":
      return say(`${event.by} asked for its end: ${event.reason}`);
    case "run-paused":
      return say(`${event.by} paused it: ${event.reason}`);
    case "run-resumed":
      return say(`${event.by} let it go on`);
    case "run-stranded":
      return say(`it was stranded: ${event.reason}`);
    case "feedback-given":
      return say(`${event.by} judged it ${event.score}${event.note === undefined ? "" : `: ${event.note}`}`);
    default:
  }
}

function stepAt({ steps }: RunCourse, path: string, at: number): CourseStep {
  const known = steps.get(path);
  if (known) return known;
  const step: CourseStep = {
    path,
    startedAt: at,
    endedAt: undefined,
    agent: undefined,
    state: "running",
    attempts: [],
    output: undefined,
    child: undefined,
  };
  steps.set(path, step);
  return step;
}

function startAttempt(step: CourseStep, attempt: number, agent: string, at: number): void {
  Object.assign(step, { agent, state: "running", endedAt: undefined });
  step.attempts.push({ attempt, startedAt: at, endedAt: undefined, result: "running", error: undefined });
}

function endAttempt(
  step: CourseStep,
  attempt: number,
  at: number,
  result: CourseAttempt["result"],
  error?: StepError,
): void {
  const found = step.attempts.findLast((each) => each.attempt === attempt && each.endedAt === undefined);
  if (found) Object.assign(found, { endedAt: at, result, error });
}

/** What was taken over from another run was used there. */
function addUsage(
  course: RunCourse,
  { usage, copied }: { readonly usage?: Usage; readonly copied?: boolean },
): void {
  if (!usage || copied === true) return;
  const { inputTokens = 0, outputTokens = 0, costUsd = 0 } = usage;
  course.usage ??= { inputTokens: 0, outputTokens: 0, costUsd: 0 };
  course.usage.inputTokens += inputTokens;
  course.usage.outputTokens += outputTokens;
  course.usage.costUsd += costUsd;
}
