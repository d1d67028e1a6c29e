/**
 * What concerns a run and is not in its own events: where the runs it awaits stand, whether its pattern or an agent it
 * calls is paused, whether it waits beside an open breaker, and where it stands in the queue. Asked from time to time while the run is followed.
 */
import type { Paused, RunRecord, Runtime } from "@reeve/core";
import type { Outline } from "../progress/outline.ts";
import type { Progress } from "../progress/progress.ts";
import { isUnderWay } from "../progress/progress.ts";
import { breakerLine, type HeldBreaker } from "./breaker-lines.ts";
import { pausedParts } from "./paused-lines.ts";
import { askQueuePlace } from "./queue-place.ts";

const ASK_EVERY_MS = 1_000;
/** More open child runs than this are not worth a query each. */
const CHILDREN_ASKED_MAX = 20;

/** Who is asked; a runtime of this process answers at once what is paused. */
export interface Asked extends Pick<Runtime, "run" | "runs"> {
  paused(): Paused | Promise<Paused>;
  breakers(): Breakers | Promise<Breakers>;
}

/** Those that are not closed, by agent. */
type Breakers = ReadonlyMap<string, HeldBreaker>;

export interface Surroundings {
  readonly runtime: Asked;
  readonly record: RunRecord;
  readonly outline: Outline | undefined;
}

/** Asks once: notes the states of open child runs, what holds the run back, and its place in the queue, in `progress`. */
export async function askSurroundings(progress: Progress, surroundings: Surroundings): Promise<void> {
  const { runtime, record, outline } = surroundings;
  const agents = new Set(outline?.agents);
  const holding = pausedParts(await runtime.paused()).find(({ kind, name }) =>
    kind === "pattern" ? name === record.pattern : agents.has(name),
  );
  progress.heldBack = holding
    ? `${holding.what}; go on: ${holding.remedy}`
    : await leftAlone(surroundings, agents);
  const open = Array.from(progress.steps.values()).filter(
    (step) => step.child !== undefined && isUnderWay(step),
  );
  // Before the first event was read the record tells.
  if (progress.queued || (record.state === "queued" && progress.startedAt === undefined))
    progress.queuePlace = await askQueuePlace(runtime, record, outline);
  for (const step of open.slice(0, CHILDREN_ASKED_MAX)) {
    if (step.child !== undefined) step.childState = (await runtime.run(step.child).record()).state;
  }
}

/** Of a run that waits: a run that goes on does without the agent, or has not come to it. */
async function leftAlone(
  { runtime, record }: Surroundings,
  agents: ReadonlySet<string>,
): Promise<string | undefined> {
  const breakers = await runtime.breakers();
  const open = Array.from(breakers).find(([agent]) => agents.has(agent));
  if (!open || (await runtime.run(record.id).record()).state !== "waiting") return undefined;
  return breakerLine(...open);
}

/**
 * Asks again and again; calls `changed` when something else holds the run back.
 * @returns the function that stops it, once the first answers are there.
 */
export async function watchSurroundings(
  progress: Progress,
  surroundings: Surroundings,
  changed: () => void,
): Promise<() => void> {
  let asking = false;
  const ask = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    const before = progress.heldBack;
    try {
      await askSurroundings(progress, surroundings);
      if (progress.heldBack !== before) changed();
    } catch {
      // ignore: the runtime closes, or the child is not on disk yet; what is shown meanwhile is what was known
    } finally {
      asking = false;
    }
  };
  await ask();
  const timer = setInterval(() => void ask(), ASK_EVERY_MS);
  return () => clearInterval(timer);
}
