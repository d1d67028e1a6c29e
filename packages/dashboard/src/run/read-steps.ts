/**
 * The steps of a run as they are kept while it goes on: read once, page by page, and then only what began or changed
 * after the position of the log that they are of. A server that was away, or a stream that broke, changes nothing about
 * that: the next reading goes on from the same position. What does not add up (another log, another run of that name) is
 * read anew as a whole.
 *
 * Invariants: (1) a step's index never changes: it is its place in the order in which they began; (2) every step at hand
 * is at least as fresh as `position`; (3) bounded: at most `STEPS_MAX` steps, the first ones.
 */
import type { OutputOf, StepView } from "../connection/contract.ts";

/** How many steps are kept of a run. */
const STEPS_MAX = 50_000;
/** How many come at once: the first of them are on the page before the others are asked for. */
export const STEPS_AT_ONCE = 2_000;

/** Which steps are read: those from an index on (`after`), of those that changed after a position (`since`). */
export interface StepsAsked {
  readonly limit: number;
  readonly after?: number;
  readonly since?: number;
}

/** Asks the server. */
export type ReadSteps = (asked: StepsAsked) => Promise<StepsPage>;

type StepsPage = OutputOf<"runSteps">;

/** What is at hand of a run's steps. */
export class RunSteps {
  /** In the order they began. */
  readonly steps: readonly StepView[];
  /** How many the run has. */
  readonly total: number;
  /** The steps at hand are of this position of the log, or newer. */
  readonly position: number;
  /** Shared by all that were made of one another: invariant 1 makes that safe. */
  readonly #indexes: Map<string, number>;

  constructor(steps: readonly StepView[], total: number, position: number, indexes: Map<string, number>) {
    this.steps = steps;
    this.total = total;
    this.position = position;
    this.#indexes = indexes;
  }

  /** Whether there are steps that are not at hand although they might be. */
  get isPartial(): boolean {
    return this.steps.length < Math.min(this.total, STEPS_MAX);
  }

  /** The step at a path. */
  at(path: string): StepView | undefined {
    return this.steps[this.#indexes.get(path) ?? -1];
  }

  /** With the steps of a page in the place of what was known of them; those not known come last, or are left out. */
  with(page: StepsPage, position: number, unknown: "last" | "left-out"): RunSteps {
    const steps = [...this.steps];
    for (const step of page.steps) {
      const known = this.#indexes.get(step.path);
      if (known === undefined && (unknown === "left-out" || steps.length >= STEPS_MAX)) continue;
      const index = known ?? steps.length;
      this.#indexes.set(step.path, index);
      steps[index] = step;
    }
    return new RunSteps(steps, page.total, position, this.#indexes);
  }
}

/**
 * What is known by now.
 * @param before what was known before; undefined: nothing
 * @param show is handed what is at hand while more is read
 * @throws what reading throws; then what was shown last is the `before` of the next time
 */
export async function readSteps(
  read: ReadSteps,
  before: RunSteps | undefined,
  show: (steps: RunSteps) => void,
): Promise<RunSteps> {
  const caughtUp = before === undefined ? undefined : await catchUp(read, before);
  const first = caughtUp ?? (await readFirst(read));
  return readRest(read, first, show);
}

/** Undefined: it does not add up. */
async function catchUp(read: ReadSteps, before: RunSteps): Promise<RunSteps | undefined> {
  const since = before.position;
  // Of what is not at hand yet, the steps that have not changed would be missing in between.
  const unknown = before.isPartial ? "left-out" : "last";
  let page = await read({ since, limit: STEPS_AT_ONCE });
  // What changes while pages are read may be missing in them: it is newer than the first one.
  const { position } = page;
  if (position < since) return undefined;
  let steps = before.with(page, position, unknown);
  while (page.next !== null) {
    page = await read({ since, limit: STEPS_AT_ONCE, after: page.next });
    steps = steps.with(page, position, unknown);
  }
  const isTooMany = steps.steps.length > page.total;
  const isTooFew = !before.isPartial && steps.isPartial;
  return isTooMany || isTooFew ? undefined : steps;
}

async function readFirst(read: ReadSteps): Promise<RunSteps> {
  const page = await read({ limit: STEPS_AT_ONCE });
  return new RunSteps([], page.total, page.position, new Map()).with(page, page.position, "last");
}

async function readRest(
  read: ReadSteps,
  first: RunSteps,
  show: (steps: RunSteps) => void,
): Promise<RunSteps> {
  let steps = first;
  while (steps.isPartial) {
    show(steps);
    const page = await read({ limit: STEPS_AT_ONCE, after: steps.steps.length });
    if (page.steps.length === 0) return steps;
    steps = steps.with(page, steps.position, "last");
  }
  return steps;
}
