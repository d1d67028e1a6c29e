/** Runs, one or in pages, as the contract shows them. */
import { ReeveError, traceIdOf, type Engine, type RunRecord, type Runtime } from "@reeve/core";
import type { EventsPage, EventsQuery, EventView, ValueQuery, ValueView } from "../contract/event.ts";
import type { RunsPage, RunsQuery } from "../contract/run.ts";
import type { RunDetail } from "../contract/run-detail.ts";
import type { StepsPage, StepsQuery, StepView } from "../contract/run-steps.ts";
import { CONTROLS } from "../board/act-of.ts";
import { outcomeView } from "./error-view.ts";
import type { RunStories } from "./run-stories.ts";
import type { Story, StoryStep } from "./run-story.ts";
import { queryOf, runSummary, wholeSummary } from "./run-summary.ts";
import { valueView } from "./value-text.ts";

const EVENTS = 500;
const STEPS = 1_000;

export async function runsPage(runtime: Runtime, query: RunsQuery): Promise<RunsPage> {
  const { sort, descending, limit, after, whole = false } = query;
  const page = await runtime.runs({
    ...queryOf(query),
    ...(sort && { sort }),
    ...(descending !== undefined && { descending }),
    ...(limit !== undefined && { limit }),
    ...(after !== undefined && { after }),
  });
  const runs = page.runs.filter(({ id }) => id !== CONTROLS).map(whole ? wholeSummary : runSummary);
  return { runs, next: page.next ?? null };
}

/** @throws ReeveError `run-not-found` */
export async function runDetail(runtime: Runtime, stories: RunStories, id: string): Promise<RunDetail> {
  const story = await stories.of(id);
  // Asked after the events, so that a state is never older than what they tell.
  const record = await runtime.run(id).record();
  const { counts, usage, queued, paused, cancelRequested, stranded, position } = story;
  return {
    run: runSummary(record),
    attributes: record.context.attributes,
    grants: record.context.grants,
    outcome: story.end ? outcomeView(story.end) : null,
    queued: record.state === "queued" ? queued : null,
    paused,
    cancelRequested,
    stranded,
    counts: { ...counts },
    usage,
    contextChanges: [...story.contextChanges],
    trace: { id: traceIdOf(record), kept: story.kept },
    children: [...story.children.values()],
    position,
  };
}

/** @throws ReeveError `run-not-found` */
export async function runSteps(stories: RunStories, query: StepsQuery): Promise<StepsPage> {
  return stepsPage(await stories.of(query.id), query);
}

/** A page of the steps that a story tells of. */
export function stepsPage({ steps, position }: Story, query: Omit<StepsQuery, "id">): StepsPage {
  const { below, since, limit = STEPS, after = 0 } = query;
  const meant = below === undefined ? steps : steps.filter(({ path }) => isAtOrBelow(path, below));
  const wanted = since === undefined ? meant : meant.filter(({ changedAt }) => changedAt > since);
  const page = wanted.slice(after, after + limit);
  const end = after + page.length;
  return {
    steps: page.map(stepView),
    total: meant.length,
    next: end < wanted.length ? end : null,
    position,
  };
}

function isAtOrBelow(path: string, above: string): boolean {
  return above === "" || path === above || path.startsWith(`${above}/`);
}

function stepView({ output: _stored, changedAt: _position, attempts, ...step }: StoryStep): StepView {
  return { ...step, attempts: attempts.map((attempt) => ({ ...attempt })) };
}

/** A page of the events of one run, or of all. */
export async function eventsPage(
  engine: Engine,
  { from = 0, limit = EVENTS, id }: EventsQuery & { readonly id?: string },
): Promise<EventsPage> {
  const events: EventView[] = [];
  const run = id === undefined ? {} : { run: id };
  for await (const event of engine.events({ from, follow: false, ...run })) {
    events.push({ ...event });
    if (events.length === limit) return { events, next: event.position };
  }
  return { events, next: null };
}

/** @throws ReeveError `run-not-found`, `output-unavailable` */
export async function runValue(
  runtime: Runtime,
  stories: RunStories,
  { id, path = "", which, characters }: ValueQuery,
): Promise<ValueView> {
  const record = await runtime.run(id).record();
  const value = await valueOf(runtime, stories, record, path, which);
  return valueView(value, characters);
}

async function valueOf(
  { engine }: Runtime,
  stories: RunStories,
  { id, input, state }: RunRecord,
  path: string,
  which: ValueQuery["which"],
): Promise<unknown> {
  if (path === "" && which === "input") return payload(engine, input);
  if (path === "" && state === "ended") {
    const outcome = await engine.outcome(id, { redacted: true });
    if (outcome.status === "completed") return outcome.output;
  }
  const stored = which === "output" ? (await stories.of(id)).byPath.get(path)?.output : undefined;
  if (stored !== undefined) return payload(engine, stored ?? undefined);
  const what = path === "" ? `run '${id}'` : `step '${path}' of run '${id}'`;
  throw new ReeveError("output-unavailable", `${what} has no ${which}`, {
    hint:
      which === "input" ? "only the run itself has a stored input" : "only what has completed has an output",
  });
}

function payload(engine: Engine, id: number | undefined): unknown {
  return id === undefined ? undefined : engine.read({ of: "payload", id }, { redacted: true });
}
